"""Where people correct the machine: corrections, lessons, lowering by two, talks read again."""
