"""The suite on every Python of this machine, with the lowest and the newest dependencies: `make test-pythons`."""
