"""What `langnghe …` does, a module a matter; `intake.cli` only reads the words."""
