"""A second opinion (ý kiến thứ hai): a small language model, asked where the first is in doubt."""
