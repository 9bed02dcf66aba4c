"""The documents lead where they say."""

import re

from .tracked import ROOT, files

LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")


def test_every_link_of_the_documents_leads_somewhere() -> None:
    documents = [path for path in files() if path.suffix == ".md"]
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in documents
        for target in LINK.findall(path.read_text())
        if not (path.parent / target).exists()
    ]

    assert documents
    assert broken == []


def test_the_decisions_have_the_four_parts() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    lacking = [
        f"{page.name}: {part}"
        for page in pages
        for part in ("## Context", "## Decision", "## Consequences", "## Alternatives")
        if part not in page.read_text()
    ]

    assert pages
    assert lacking == []
