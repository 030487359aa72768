"""The queue (hàng đợi): order, views, search; passing on, hand-over, breaks."""
