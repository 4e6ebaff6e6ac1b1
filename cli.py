"""Run cemsim from a checkout: ``python cli.py --help``."""

from cemsim.commands import main

if __name__ == "__main__":
    main()
