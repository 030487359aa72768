"""Calls of the hotline (cuộc gọi đến): where each is, which events were seen, what came of it."""
