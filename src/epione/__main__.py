"""Entry point of the `epione` command."""

from epione.project.cli import main

if __name__ == "__main__":
    main()
