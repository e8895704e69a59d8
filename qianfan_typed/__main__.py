"""`python -m qianfan_typed`: the command line, where its script is not on the path."""

from qianfan_typed.cli import main

if __name__ == "__main__":
    main()
