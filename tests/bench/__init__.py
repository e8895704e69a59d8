"""What a call costs, beside the other clients: `make bench`."""
