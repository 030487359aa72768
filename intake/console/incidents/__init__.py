"""Tickets that belong together: incidents (vụ việc chung) and linked tickets."""
