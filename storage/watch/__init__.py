"""What a second machine asks: who has been at work lately, and what has waited too long."""
