"""The web chat: the page, its JSON API and its live stream (trang nhắn tin)."""
