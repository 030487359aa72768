"""Return codes (mã quay lại), and the lines on which a reporter comes back."""
