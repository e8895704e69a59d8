"""`python -m qianfan_typed.cli`."""

from qianfan_typed.cli import main

if __name__ == "__main__":
    main()
