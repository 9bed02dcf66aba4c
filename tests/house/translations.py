"""Every sentence shown to people exists in French, and French typography is set."""

import sys

from epione.kernel.messages import missing_translations, unset_typography


def problems() -> list[str]:
    """One line for each sentence without its French, or whose spaces are not those of French typography."""
    missing = [f"no French for: {one.text!r} ({one.place})" for one in missing_translations()]
    unset = [f"{path.parts[-4]}: typography of: {text}" for path, _, text in unset_typography()]
    return missing + unset


if __name__ == "__main__":
    found = problems()
    print("\n".join(found) or "Everything is translated.")
    sys.exit(bool(found))
