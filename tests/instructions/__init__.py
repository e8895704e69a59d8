"""What the three hottest paths cost in instructions, held against a file: `make instructions` writes it."""
