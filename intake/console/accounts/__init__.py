"""Accounts (tài khoản): the entrance, second factors, staff, roles, invitations; the audit."""
