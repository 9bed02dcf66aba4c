"""What a person typed: words, numbers with their units, and words of form, all in one normal form."""

import re
from dataclasses import dataclass, replace

from .composition import MILLIGRAMS
from .names import fold

_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[a-z]+|%")
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3})((?:[   ]\d{3})+)(?![\d])")
UNITS = frozenset({*MILLIGRAMS, "ml", "ui", "u", "unite", "unites", "mui", "mmol", "meq", "ch", "dh", "iu", "%", "h"})

# What people write for a form, and the word of the catalogue.
FORMS = {
    "cp": "comprime", "cpr": "comprime", "cprs": "comprime", "comp": "comprime", "comprime": "comprime",
    "comprimes": "comprime", "gel": "gel", "gelule": "gelule", "gelules": "gelule", "glle": "gelule",
    "gell": "gelule", "sachet": "sachet", "sachets": "sachet", "sach": "sachet", "sirop": "sirop", "inj": "injectable",
    "injectable": "injectable", "injection": "injectable", "perf": "perfusion", "suppo": "suppositoire",
    "suppos": "suppositoire", "suppositoire": "suppositoire", "suppositoires": "suppositoire", "patch": "transdermique",
    "patchs": "transdermique", "collyre": "collyre", "creme": "creme", "pommade": "pommade", "pom": "pommade",
    "gouttes": "gouttes", "gtt": "gouttes", "gttes": "gouttes", "eff": "effervescent", "efferv": "effervescent",
    "effervescent": "effervescent", "spray": "pulverisation", "aerosol": "inhalation", "inh": "inhalation",
    "lp": "lp", "xr": "lp", "sr": "lp", "orodisp": "orodispersible", "orodispersible": "orodispersible",
    "buv": "buvable", "buvable": "buvable", "susp": "suspension", "sol": "solution", "pdre": "poudre",
    "poudre": "poudre", "solution": "solution", "suspension": "suspension", "ampoule": "ampoule", "amp": "ampoule",
    "stylo": "stylo", "seringue": "seringue", "capsule": "capsule", "caps": "capsule", "ovule": "ovule",
}  # fmt: skip
_LINKS = frozenset({"de", "du", "des", "la", "le", "les", "et", "en", "pour", "au", "par", "avec", "sans"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as written, and its milligrams when a unit of mass follows."""

    value: float
    milligrams: float | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """The parts of a text: `words` in order (units and numbers taken out), of which `forms` are words of form."""

    words: tuple[str, ...]
    quantities: tuple[Quantity, ...]
    first_quantity_at: int

    @property
    def names(self) -> tuple[str, ...]:
        """The words of the name: those before the strength or the first word of form."""
        end = self.first_quantity_at
        for position, word in enumerate(self.words):
            if position and word in FORMS:
                return self.words[: min(end, position)] or self.words[:position]
        return self.words[:end] or self.words

    @property
    def forms(self) -> tuple[str, ...]:
        """The words of form, as the catalogue writes them."""
        return tuple(FORMS[word] for position, word in enumerate(self.words) if position and word in FORMS)

    @property
    def milligrams(self) -> float | None:
        """The strength when the text gives exactly one; a bare number is read as milligrams."""
        if len(self.quantities) != 1:
            return None
        quantity = self.quantities[0]
        return quantity.value if quantity.milligrams is None else quantity.milligrams


def read(text: str) -> Typed:
    """Split a text into words and quantities.

    >>> read("Doliprane 1g cp").words, read("eliquis 2,5").quantities[0].value
    (('doliprane', 'cp'), 2.5)
    """
    joined = _THOUSANDS.sub(lambda found: re.sub(r"\s", "", found[0]), fold(text))
    tokens = _TOKEN.findall(joined)
    words: list[str] = []
    quantities: list[Quantity] = []
    first = -1
    for position, token in enumerate(tokens):
        if token[0].isdigit():
            value = float(token.replace(",", "."))
            unit = tokens[position + 1] if position + 1 < len(tokens) else ""
            mass = round(value * MILLIGRAMS[unit], 9) if unit in MILLIGRAMS else None
            quantities.append(Quantity(value, mass))
            first = len(words) if first < 0 else first
        elif not (token in UNITS and position and tokens[position - 1][0].isdigit()):
            words.append(token)
    return Typed(tuple(words), tuple(quantities), len(words) if first < 0 else first)


def joined(typed: Typed) -> Typed | None:
    """The first two words as one ("co-aprovel": COAPROVEL), None when there are no two words of a name."""
    if len(typed.names) < 2:
        return None
    words = (typed.words[0] + typed.words[1], *typed.words[2:])
    return replace(typed, words=words, first_quantity_at=max(typed.first_quantity_at - 1, 1))


def meaningful(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words that say something; a last letter does ("vitamine d"), all of them do when none would remain."""
    last = len(words) - 1
    kept = (
        word for position, word in enumerate(words) if word not in _LINKS and (position == last or word not in "dl")
    )
    return tuple(kept) or words


def sound(word: str) -> str:
    """How a word sounds in French, roughly: two spellings of one sound have one key.

    >>> sound("kardegik") == sound("cardegic"), sound("efferalgan") == sound("eferalgan")
    (True, True)
    """
    for pattern, spoken in _SOUNDS:
        word = pattern.sub(spoken, word)
    return word


_SOUNDS = tuple(
    (re.compile(pattern), spoken)
    for pattern, spoken in (
        (r"ph", "f"), (r"qu?", "k"), (r"c(?=[eiy])", "s"), (r"ch", "S"), (r"c", "k"), (r"[yj]", "i"), (r"x", "ks"),
        (r"z", "s"), (r"eau|au", "o"), (r"ai|ei", "e"), (r"h", ""), (r"(.)\1+", r"\1"), (r"[est]+$", ""),
    )
)  # fmt: skip
