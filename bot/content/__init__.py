"""The words: cards as data, a file per language and topic, signed off by people who know."""
