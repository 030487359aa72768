"""Safeguarding against staff: held words, samples, tickets kept from somebody, masking."""
