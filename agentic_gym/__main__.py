"""`python -m agentic_gym` is `agentic-gym`."""

from agentic_gym.cli import main

if __name__ == "__main__":
    main()
