"""The hotline 18008077: voice, SMS, and telephones that the alarm rings."""
