"""Every sentence has its French, and every French sentence is set as French is written."""

import sys

from epione.kernel.messages import missing_translations, unset_typography


def main() -> int:
    """Print what is missing; 1 when something is."""
    lacking, unset = missing_translations(), unset_typography()
    for one in lacking:
        print(f"{one.place}: no French for {one.text!r}")
    for source, text, right in unset:
        print(f"{source}: {text!r} is set as {right!r}")
    return bool(lacking or unset)


if __name__ == "__main__":
    sys.exit(main())
