"""Noise as people make it (nhiễu): the same message as another hand or device would leave it."""
