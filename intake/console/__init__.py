"""The console (bảng điều khiển): pages for staff, rendered on the server."""
