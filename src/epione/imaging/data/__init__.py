"""Tables that ship with the module: what de-identification does with each attribute. PROVENANCE.md says whence."""

import csv
import gzip
from functools import cache
from importlib.resources import files


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one table of this folder, by column; compressed when its name says so."""
    raw = files(__name__).joinpath(name).read_bytes()
    text = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode("utf-8")
    return tuple(csv.DictReader(text.splitlines()))
