"""`python -m whygrad`: the command, where it is not on the path."""

from whygrad.cli import main

if __name__ == "__main__":
    main(prog_name="whygrad")
