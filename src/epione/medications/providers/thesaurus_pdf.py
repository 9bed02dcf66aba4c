"""The printed lines of the thesaurus's PDF, by pdfminer: text, size, weight and place of each line of each column.

A PDF from outside is decoded by a process of its own (`python -m` this module, PDF in, JSON out), with bounded time and
memory: a malicious or broken file ends that process, never the one that serves.
"""

import io
import json
import os
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from pathlib import Path

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTChar, LTContainer, LTPage, LTTextLine
from pdfminer.pdfparser import PDFSyntaxError
from pdfminer.psexceptions import PSException

from epione.medications.domain.reading import BadFileError
from epione.medications.domain.thesaurus import PrintedLine

# Running titles and page numbers stand in the outer 5 % of the page.
_MARGIN = 0.05
LONGEST = 300.0
"""Seconds that decoding may take."""
MOST_MEMORY = 2 * 1024**3
"""Bytes that the decoding process may hold."""
_SOURCES = Path(__file__).parents[3]


def printed_lines(content: bytes) -> list[PrintedLine]:
    """Every line of the document in reading order; `BadFileError` when it is no readable PDF, or decodes too long."""
    paths = os.pathsep.join(filter(None, (str(_SOURCES), os.environ.get("PYTHONPATH", ""))))
    command = [sys.executable, "-m", "epione.medications.providers.thesaurus_pdf"]
    try:
        done = subprocess.run(  # noqa: S603 -- our own command
            command, input=content, capture_output=True, check=True, timeout=LONGEST,
            env=os.environ | {"PYTHONPATH": paths},
        )  # fmt: skip
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise BadFileError(1, "not-a-thesaurus") from error
    return [PrintedLine(*values) for values in json.loads(done.stdout)]


def decoded_lines(content: bytes) -> list[PrintedLine]:
    """As `printed_lines`, in this very process."""
    try:
        pages = list(extract_pages(io.BytesIO(content), laparams=LAParams(char_margin=1.5, boxes_flow=None)))
    except (PDFSyntaxError, PSException, ValueError, KeyError, TypeError) as error:
        raise BadFileError(1, "not-a-thesaurus") from error
    return [line for number, page in enumerate(pages, start=1) for line in _lines(number, page)]


def _main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        lines = decoded_lines(sys.stdin.buffer.read())
    except BadFileError:
        return 2
    json.dump([astuple(line) for line in lines], sys.stdout)
    return 0


def _lines(number: int, page: LTPage) -> Iterator[PrintedLine]:
    low, high = page.height * _MARGIN, page.height * (1 - _MARGIN)
    inside = (line for line in _text_lines(page) if low <= line.y0 <= high)
    for line in sorted(inside, key=lambda one: (-round(one.y1), one.x0)):
        letters = [one for one in line if isinstance(one, LTChar) and one.get_text().strip()]
        if letters:
            size, _ = Counter(round(letter.size, 1) for letter in letters).most_common(1)[0]
            bold = sum("bold" in letter.fontname.lower() for letter in letters) * 2 > len(letters)
            yield PrintedLine(number, line.get_text().strip(), size, bold, line.x0 / page.width)


def _text_lines(container: Iterable[object]) -> Iterator[LTTextLine]:
    for one in container:
        if isinstance(one, LTTextLine):
            yield one
        elif isinstance(one, LTContainer):
            yield from _text_lines(one)


if __name__ == "__main__":
    raise SystemExit(_main())
