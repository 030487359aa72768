"""Keys (khoá): sealing what people wrote, the vault, its store, the master key."""
