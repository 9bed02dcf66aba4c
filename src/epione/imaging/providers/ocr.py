"""Where text stands in a picture, as the program tesseract sees it when it is installed. What it says is not kept."""

import os
import shutil
import subprocess
from dataclasses import dataclass

PROGRAM = "tesseract"
SECONDS = 30
SURE = 50.0
"""Confidence (percent) from which a word counts: text on a modulated ground is often read with little certainty."""
LETTERS = 3
"""Shorter words are mostly noise of the image."""
MARGIN = 4
"""Pixels left around a word."""
_SPARSE = "11"  # page segmentation: words anywhere, in no order


@dataclass(frozen=True, slots=True)
class Box:
    """A region in pixels of the picture: left, top, width, height."""

    left: int
    top: int
    width: int
    height: int


def available() -> bool:
    """Whether text can be looked for on this machine."""
    return shutil.which(PROGRAM) is not None


def text_boxes(png: bytes) -> list[Box]:
    """The regions of a picture (PNG) where there is text; raises `subprocess.SubprocessError` when it cannot be told.

    The picture is one that Epione drew: the program never sees the bytes that were received.
    """
    table = _run("stdin", "stdout", "--psm", _SPARSE, "-l", _languages(), "tsv", given=png)
    return boxes_of(table.decode("utf-8", "replace"))


def boxes_of(table: str) -> list[Box]:
    """The regions of the words in a table as the program writes it (tab separated, one line for each word)."""
    lines = table.splitlines()
    names = lines[0].split("\t") if lines else []
    found = []
    for line in lines[1:]:
        cells = dict(zip(names, line.split("\t"), strict=False))
        if _is_word(cells):
            left, top, width, height = (int(cells[name]) for name in ("left", "top", "width", "height"))
            found.append(Box(max(left - MARGIN, 0), max(top - MARGIN, 0), width + 2 * MARGIN, height + 2 * MARGIN))
    return found


def _is_word(cells: dict[str, str]) -> bool:
    letters = sum(one.isalnum() for one in cells.get("text", ""))
    return letters >= LETTERS and float(cells.get("conf") or -1) >= SURE


def _languages() -> str:
    """French first where it is installed; names are read in any Latin language."""
    known = set(_run("--list-langs").decode().split())
    return "+".join(one for one in ("fra", "eng") if one in known) or "osd"


def _run(*words: str, given: bytes = b"") -> bytes:
    # One thread: several pictures are looked at side by side.
    kept = {name: os.environ[name] for name in ("PATH", "TESSDATA_PREFIX") if name in os.environ}
    done = subprocess.run(  # noqa: S603 -- the words are ours, the picture is given on the standard input
        [PROGRAM, *words],
        input=given,
        capture_output=True,
        timeout=SECONDS,
        check=True,
        env=kept | {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"},
    )
    return done.stdout
