"""PDF/A-2b by Typst, in process, with the fonts that come inside its package."""

import json
import threading
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path

import typst

from epione.documents.domain.content import Content, to_dict

MEDIA = "application/pdf"
EXTENSION = "pdf"
_LAYOUT = Path(__file__).resolve().parent.parent / "data" / "letter.typ"
# A compiler is not re-entrant: documents are made one after the other in a process.
_one_at_a_time = threading.Lock()


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(_LAYOUT, root=_LAYOUT.parent, font_paths=[], ignore_system_fonts=True)


def render(content: Content) -> bytes:
    """The document as PDF/A-2b; the same content gives the same bytes (its date is the document's, not the clock's)."""
    made = datetime.combine(content.on, time(), UTC)
    with _one_at_a_time:
        pdf = _compiler().compile(
            format="pdf",
            sys_inputs={"content": json.dumps(to_dict(content), ensure_ascii=False)},
            pdf_standards=["a-2b"],
            timestamp=int(made.timestamp()),
        )
    return bytes(pdf)
