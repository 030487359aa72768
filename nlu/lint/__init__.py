"""What may be wrong with the labelled messages (kiểm tra dữ liệu), checked before training."""
