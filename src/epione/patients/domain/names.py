"""Names as people type them: folding, French phonetics, search keys, likeness."""

import re
import unicodedata
from datetime import date

PREFIX_FROM = 2
PREFIX_TO = 12
NIR_PREFIXES = (5, 7, 10, 13)
_DATE = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")

# French spelling to sound, longest first; after the phonetic keys used by French identity desks (Soundex 2 family).
_SOUNDS = (
    (r"eaux?\b|eau|aux?\b|au", "o"),
    (r"ph", "f"),
    (r"sch|sh|ch", "5"),
    (r"gn", "ni"),
    (r"gu(?=[eiy])", "g"),
    (r"g(?=[eiy])", "j"),
    (r"c(?=[eiy])", "s"),
    (r"qu?|ck|c|k", "k"),
    (r"(ain|ein|aim|yn|ym|in|im|un|um)(?![aeiouymn])", "1"),
    (r"(an|am|en|em)(?![aeiouymn])", "2"),
    (r"(on|om)(?![aeiouymn])", "3"),
    (r"oi|oy", "oa"),
    (r"ou", "u"),
    (r"ai|ei|ay|ey|et\b|ez\b", "e"),
    (r"y|ie\b", "i"),
    (r"w", "v"),
    (r"z", "s"),
    (r"h", ""),
    (r"(?<=..)[tdsxp]?e?[tdsxp]?\b", ""),
)


def fold(text: str) -> str:
    """Lower case, no accents, ligatures opened, everything else a single space."""
    opened = text.lower().replace("œ", "oe").replace("æ", "ae")
    plain = "".join(c for c in unicodedata.normalize("NFKD", opened) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


def phonetic(text: str) -> str:
    """A key equal for names that sound alike in French (Lefèvre, Lefebvre; Durand, Durant)."""
    sound = fold(text).replace(" ", "").replace("bv", "v")
    for pattern, replacement in _SOUNDS:
        sound = re.sub(pattern, replacement, sound)
    return re.sub(r"(.)\1+", r"\1", sound)


def name_prefixes(*names: str) -> set[str]:
    """Every folded prefix of each word, from 2 letters on: what a search can find."""
    words = {word for name in names for word in fold(name).split()}
    return {word[:size] for word in words for size in range(PREFIX_FROM, min(len(word), PREFIX_TO) + 1)}


def parse_birth_date(text: str) -> date | None:
    """A date as French people type it (12/03/1942, 12.3.1942) or ISO; None when it is none."""
    if match := _DATE.search(text):
        day, month, year = (int(part) for part in match.groups())
    elif match := _ISO.search(text):
        year, month, day = (int(part) for part in match.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def search_terms(text: str) -> list[tuple[str, str]]:
    """What a typed search asks: (kind, value) with kinds `birth`, `nir`, `name`, in any order.

    Words of one letter are kept apart by the caller's filter on the decrypted name (no key exists for them).
    """
    terms: list[tuple[str, str]] = []
    if born := parse_birth_date(text):
        terms.append(("birth", born.isoformat()))
        text = _ISO.sub(" ", _DATE.sub(" ", text))
    digits = re.sub(r"(?<=[\dAB])[ .](?=[\dAB])", "", text.upper())
    for word in re.findall(r"\d[\dAB]{4,14}", digits):
        size = max((n for n in NIR_PREFIXES if n <= len(word)), default=0)
        if size:
            terms.append(("nir", word[:size]))
        digits = digits.replace(word, " ")
    terms += [("name", word[:PREFIX_TO]) for word in fold(digits).split() if len(word) >= PREFIX_FROM]
    return terms


def twin_key(last_name: str, birth_date: date) -> str:
    """Key shared by probable duplicates: the sound of the family name and the birth date."""
    return f"{phonetic(last_name)}|{birth_date.isoformat()}"
