"""From a text ("Kardegic 75 1-0-0") to the medicine that a person confirms: proposed, never chosen in silence."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from epione.medications.public import (
    Drug,
    DrugStatus,
    Match,
    Quality,
    TreatmentLine,
    find_duplicates,
    load_catalogue,
    resolve_code,
    resolve_medication,
)

from .domain.line import LineContent, treatment_line
from .domain.posology import parse_posology
from .queries import drug_of

SURE = frozenset({Quality.CODE, Quality.EXACT, Quality.PREFIX, Quality.INN})
SHOWN = 8
AS_WRITTEN = "text:"
_BULLET = re.compile(r"^\s*(?:[-*•·–]|\d{1,2}[.)])\s+")
_DOSAGE = re.compile(
    r"(?:\s*[:;,]\s*|\s+)((?:\d+(?:[.,]\d+)?|[½¼¾]|une?|demi|deux|trois)\s*-\s*\S.*"
    r"|(?:\d+(?:[.,]\d+)?|\d/\d|[½¼¾]|une?|demi|deux|trois)\s*(?:cp[rs]?|comprim|g[ée]l|sachet|gouttes?|bouff|inj|patch|"
    r"dose|ampoule|suppo|fois|x\s|le\b|matin|midi|soir|par\b|/\s*j).*"
    r"|(?:si besoin|matin|midi|soir|le soir|le matin).*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A medicine that a text may mean; `value` is what a form sends back."""

    value: str
    label: str
    detail: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """What one written line is taken for; `sure` is False while a person must choose among `candidates`."""

    content: LineContent
    value: str
    sure: bool
    candidates: tuple[Candidate, ...]

    @property
    def known(self) -> bool:
        """Whether anything of the catalogue comes near."""
        return bool(self.candidates)


def inn_of(drug: Drug) -> str:
    """The substances of a medicine in one short line."""
    return ", ".join(part.name.lower() for part in drug.ingredients)


def value_of(drug: Drug) -> str:
    """How a form names a medicine: by its CIS, else by its substance."""
    if drug.cis:
        return f"cis:{drug.cis}"
    alone = len(drug.ingredients) == 1
    return f"inn:{drug.ingredients[0].name}" if alone else ""


def candidate_of(drug: Drug) -> Candidate:
    """A medicine as a choice; a bare substance with the strength that was written."""
    strength = "" if drug.cis or not drug.ingredients else _strength(drug)
    return Candidate(value_of(drug), f"{drug.name} {strength}".strip(), inn_of(drug) if drug.cis else "")


def _strength(drug: Drug) -> str:
    amount, unit = drug.ingredients[0].amount, drug.ingredients[0].unit
    return f"{amount:g}\u00a0{unit}".replace(".", ",") if amount and unit else ""


def chosen(content: LineContent, value: str) -> LineContent:
    """The line with the medicine that `value` names; an empty or unknown value leaves it outside the analysis."""
    kind, _, name = value.partition(":")
    return replace(content, cis=name if kind == "cis" else "", inn=name if kind == "inn" else "")


def label_of(value: str) -> str:
    """The name of the medicine that a form's value stands for, "" when the catalogue does not know it."""
    drug = drug_of(chosen(LineContent(" "), value))
    return "" if drug.status is DrugStatus.UNKNOWN else drug.name


def _candidates(match: Match) -> tuple[Candidate, ...]:
    drugs = [match.drug] if match.drug else []
    found = [candidate_of(drug) for drug in (*drugs, *match.candidates)]
    return tuple({one.value: one for one in found if one.value}.values())[:SHOWN]


def propose(content: LineContent) -> Proposed:
    """The medicine of a line: its own choice when it has one, else what its text or code is taken for."""
    if content.cis or content.inn:
        drug = drug_of(content)
        return Proposed(content, value_of(drug), drug.status is not DrugStatus.UNKNOWN, (candidate_of(drug),))
    written = content.written.strip()
    match = resolve_code(written) if written.isdigit() else resolve_medication(written)
    value = value_of(match.drug) if match.drug else ""
    sure = match.quality in SURE and bool(value)
    return Proposed(chosen(content, value) if sure else content, value, sure, _candidates(match))


def split_line(text: str) -> tuple[str, str]:
    """A pasted line as (medicine, posology): "Kardegic 75 mg 1-0-0" is ("Kardegic 75 mg", "1-0-0")."""
    plain = " ".join(_BULLET.sub("", text).replace("\t", " ").split())
    found = _DOSAGE.search(plain)
    if not found or not plain[: found.start()].strip():
        return plain, ""
    posology = found[1].strip()
    return (plain, "") if parse_posology(posology).unread else (plain[: found.start()].strip(" :;,"), posology)


def duplicates_with(current: Iterable[TreatmentLine], content: LineContent) -> list[tuple[str, str, list[str]]]:
    """What a new line would repeat: (French name, English name, medicines already there)."""
    others = list(current)
    added = treatment_line("new", content, drug_of(content))
    names = {line.id: line.drug.name for line in others}
    found = [one for one in find_duplicates([*others, added]) if "new" in one.lines]
    return [(one.name["fr"], one.name["en"], [names[line] for line in one.lines if line in names]) for one in found]


def substance_candidate(text: str) -> Candidate | None:
    """The bare substance that a typed text names, for lists that say no brand."""
    drug = load_catalogue().substance(text) if text.strip() else None
    return candidate_of(drug) if drug else None
