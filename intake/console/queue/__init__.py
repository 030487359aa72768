"""The queue (hàng đợi): its pane, the search, passing tickets on, the hand-over."""
