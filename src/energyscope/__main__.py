"""`python -m energyscope`."""

from energyscope.cli import main

if __name__ == "__main__":
    main()
