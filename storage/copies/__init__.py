"""Encrypted copies (sao lưu) of the rows and of the keys."""
