"""The console (bảng điều khiển): pages for staff, rendered on the server; a package a part.

At the top lies what every page uses (`routes`, `middleware`, `render`, `forms`, `outcome`), and
what is open all day: the desk, its live stream, its keys.
"""
