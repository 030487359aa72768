"""Accounts (tài khoản): who works here, their roles, second factors and sessions; the audit."""
