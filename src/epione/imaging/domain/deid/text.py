"""Cleaning of descriptions: only words of an imaging vocabulary stay (PS3.15 E.3.5, Clean Descriptors Option).

A list of what may stay is the only safe way: names of physicians, relatives and places are in no list of what must go.
"""

import re
from functools import cache

from epione.imaging.data import rows

from .identifiers import Identifiers, folded

_TOKEN = re.compile(r"\d+[.,]\d+[^\W_]*|[^\W_]+")
_MEASURE = re.compile(
    r"\d{1,3}(?:[.,]\d{1,2})?(?:MM|CM|KV|MAS|SEC|S|MIN|T|D|X|CC|ML|MHZ|B)?|[BKHTL]\d{1,3}[SF]?|[CTLS]\d{1,2}"
)
_BARE = re.compile(r"[\d.,]+")


@cache
def vocabulary() -> frozenset[str]:
    """Words of imaging, French and English, folded."""
    return frozenset(folded(row["word"]) for row in rows("vocabulary.csv"))


def cleaned(text: str, identifiers: Identifiers) -> str:
    """The words of the text that belong to imaging, in ASCII; never the patient's own names, dates or bare numbers."""
    kept = [word for word in _TOKEN.findall(folded(text)) if _stays(word, identifiers)]
    return " ".join(kept)[:64].strip()


def _stays(word: str, identifiers: Identifiers) -> bool:
    if not word.isascii() or identifiers.within(word) or _BARE.fullmatch(word):
        return False
    return word in vocabulary() or _MEASURE.fullmatch(word) is not None
