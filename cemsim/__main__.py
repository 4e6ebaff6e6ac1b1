"""Run cemsim as a module: ``python -m cemsim``."""

from cemsim.commands import main

if __name__ == "__main__":
    main()
