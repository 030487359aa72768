"""Where people correct the machine: by one key, by two people, in lessons, by reading again."""
