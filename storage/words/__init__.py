"""Words of the Centre's people: edited content, canned replies, messages, those held back."""
