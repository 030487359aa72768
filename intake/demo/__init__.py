"""An invented year (dữ liệu mẫu): every screen can be seen and measured without a person."""
