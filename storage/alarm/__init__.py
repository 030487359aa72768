"""The alarm (chuông báo) in rows: rings decided, sent, answered, tested."""
