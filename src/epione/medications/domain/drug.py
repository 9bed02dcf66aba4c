"""What a medicine is to the engines: a French speciality, or a bare substance when no speciality is known."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache

_STRENGTH = re.compile(r"\d")


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in folded if letter.isalnum() or letter == " ").strip()


def _same_start(name: str, substance: str) -> bool:
    first = _plain(name).split(" ")[0]
    return len(first) > 3 and first in _plain(substance).split(" ")


@lru_cache(maxsize=16_384)
def short_name(name: str, substances: tuple[str, ...] = ()) -> str:
    """A denomination cut to what people say: up to its form, and without the laboratory of a generic."""
    cut = name.split(", ", maxsplit=1)[0]
    match = _STRENGTH.search(cut)
    if match is None:
        return cut
    words, strength = cut[: match.start()].split(), cut[match.start() :]
    if len(words) < 2 or not any(_same_start(words[0], substance) for substance in substances):
        return cut
    known = {word for substance in substances for word in _plain(substance).split(" ")} | {"lp", "et", "acide"}
    kept = [words[0], *(word for word in words[1:] if any(_plain(part) in known for part in word.split("/")))]
    return " ".join([*kept, strength])


class DrugStatus(StrEnum):
    """Whether the catalogue can say something of the medicine."""

    MARKETED = "marketed"
    RETIRED = "retired"
    HOMEOPATHIC = "homeopathic"
    WITHOUT_COMPOSITION = "without_composition"
    SUBSTANCE = "substance"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One active substance of a medicine.

    `amount` and `unit` are the quantity in one dosing element (a tablet: 200, "mg"), None when the catalogue does not
    say or when it is a concentration. `entities` are keys of the ANSM thesaurus for this substance (closure excluded).
    """

    code: str
    name: str
    amount: float | None = None
    unit: str | None = None
    entities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Drug:
    """A medicine: `cis` is None for a bare substance (INN). `atc_source` says how sure the codes are."""

    cis: str | None
    name: str
    status: DrugStatus
    atc: tuple[str, ...] = ()
    atc_source: str = ""
    form: str = ""
    routes: tuple[str, ...] = ()
    ingredients: tuple[Ingredient, ...] = ()

    @property
    def short(self) -> str:
        """Brand and strength without the form: "CORDARONE 200 mg"; a generic loses the name of its laboratory."""
        return short_name(self.name, tuple(part.name for part in self.ingredients))

    @property
    def spoken(self) -> str:
        """The name in a sentence: "Cordarone", "escitalopram" (a brand has its capital, a substance has none)."""
        words = _STRENGTH.split(self.short)[0].strip(" ,/") or self.short
        substance = self.cis is None or any(_same_start(words, part.name) for part in self.ingredients)
        return words.lower() if substance else words.capitalize()

    @property
    def checkable(self) -> bool:
        """Whether interaction and rule checks can say anything of it."""
        return self.status in {DrugStatus.MARKETED, DrugStatus.RETIRED, DrugStatus.SUBSTANCE} and bool(
            self.ingredients or self.atc
        )


class Release(StrEnum):
    """Release of the active substance."""

    IMMEDIATE = "immediate"
    MODIFIED = "modified"


@dataclass(frozen=True, slots=True)
class TreatmentLine:
    """One line of a patient's treatment. None means unknown, never zero and never no.

    `dose_value`/`dose_unit` is one intake as written (1 "cp", 400 "mg"); `dose_mg` and `daily_mg` are milligrams of the
    main substance once known; `per_day` counts intakes; `route` is a catalogue route ("orale"), empty when unknown.
    """

    id: str
    drug: Drug
    dose_value: float | None = None
    dose_unit: str | None = None
    dose_mg: float | None = None
    daily_mg: float | None = None
    per_day: float | None = None
    frequency: str = ""
    route: str = ""
    prn: bool | None = None
    release: Release | None = None
    start: date | None = None
    end: date | None = None
    indication: str = ""
    source: str = "prescribed"
    facts: dict[str, str] = field(default_factory=dict, hash=False)
