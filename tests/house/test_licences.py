"""What Epione depends on may be given away with it."""

from importlib.metadata import PackageNotFoundError, metadata

import pytest

from .locks import locked

FREE_FOR_USE = {"psycopg", "psycopg-binary", "psycopg-pool"}
"""LGPL: used as separate packages, never copied into ours."""


def terms_of(package: str) -> str | None:
    """What a package says of its licence; None when this platform does not install it."""
    try:
        facts = metadata(package)
    except PackageNotFoundError:
        return None
    classifiers = [line for line in facts.get_all("Classifier") or [] if line.startswith("License")]
    said = facts.get("License-Expression") or " ".join(classifiers) or facts.get("License") or ""
    return said.splitlines()[0] if said else ""


@pytest.mark.parametrize("package", sorted(locked("core.txt")))
def test_no_dependency_is_under_the_gpl(package: str) -> None:
    terms = terms_of(package)
    if terms is None:
        pytest.skip(f"{package} is not for this platform")

    assert terms, f"{package} does not say its licence"
    if package not in FREE_FOR_USE:
        alternatives = [one.strip(" ()") for one in terms.replace(" OR ", "|").split("|")]
        assert any("GPL" not in one and "General Public" not in one for one in alternatives), terms
