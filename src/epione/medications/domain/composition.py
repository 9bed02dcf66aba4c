"""From lines of composition to ingredients: therapeutic fraction first, amounts per dosing element."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .names import fold, normalise

MILLIGRAMS = {
    "mg": 1.0, "milligramme": 1.0, "milligrammes": 1.0,
    "g": 1000.0, "gramme": 1000.0, "grammes": 1000.0,
    "ug": 0.001, "mcg": 0.001, "microgramme": 0.001, "microgrammes": 0.001,
    "ng": 1e-6, "nanogramme": 1e-6, "nanogrammes": 1e-6,
}  # fmt: skip
_UNITS = {"ui": "UI", "u i": "UI", "unite": "UI", "unites": "UI", "ul": "UI", "mui": "MUI", "ml": "mL", "mmol": "mmol"}
_AMOUNT = re.compile(r"^\s*(\d{1,3}(?:[  \u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)\s*([a-zµμ]+)\b\s*$", re.IGNORECASE)
_STRENGTH = re.compile(
    r"(\d+(?:[  ]\d{3})*(?:[.,]\d+)?)\s*(mg|g|µg|microgrammes?|milligrammes?|grammes?|mcg)(?![a-z])", re.IGNORECASE
)
_ONE_ELEMENT = re.compile(r"^(un|une)\b", re.IGNORECASE)
_CONTAINERS = frozenset(
    {"flacon", "recipient", "bouteille", "tube", "pot", "poche", "cartouche", "dispositif", "implant"}
)
_INJECTED = frozenset({"intraveineuse", "intramusculaire", "sous-cutanée"})


@dataclass(frozen=True, slots=True)
class CompositionLine:
    """One line of the composition table; `nature` is `SA` (active substance) or `FT` (therapeutic fraction)."""

    code: str
    substance: str
    dosage: str
    reference: str
    nature: str
    link: str


@dataclass(frozen=True, slots=True)
class Part:
    """One ingredient before naming: `codes` are all codes of its lines (salt and fraction)."""

    code: str
    codes: frozenset[str]
    amount: float | None
    unit: str | None


def number(text: str) -> float:
    """A French number: spaces between thousands, decimal comma or point."""
    return float(re.sub(r"\s", "", text).replace(",", "."))


def amount_of(dosage: str) -> tuple[float, str] | None:
    """Quantity and unit (`mg`, `UI`, `mL`...) of a dosage text, None when it is not a plain quantity."""
    found = _AMOUNT.match(dosage)
    if not found:
        return None
    value, unit = number(found[1]), fold(found[2])
    if unit in MILLIGRAMS:
        return round(value * MILLIGRAMS[unit], 9), "mg"
    return (value, _UNITS[unit]) if unit in _UNITS else None


def strengths(name: str) -> frozenset[float]:
    """Milligrams that stand in the name of a speciality."""
    return frozenset(round(number(v) * MILLIGRAMS[fold(u)], 9) for v, u in _STRENGTH.findall(name))


def fractions_of_salts(lines: Iterable[tuple[str, CompositionLine]]) -> dict[str, str]:
    """Salt code -> code of its therapeutic fraction, where the table always pairs them in one way.

    Generics of one substance declare the salt alone or with its fraction: with this both are the same substance.
    """
    links: dict[tuple[str, str], list[CompositionLine]] = defaultdict(list)
    for cis, line in lines:
        links[cis, line.link].append(line)
    pairs: dict[str, Counter[str]] = defaultdict(Counter)
    for group in links.values():
        salts = {line.code for line in group if line.nature == "SA"}
        fractions = {line.code for line in group if line.nature == "FT"}
        if len(salts) == 1 and len(fractions) == 1:
            pairs[salts.pop()][fractions.pop()] += 1
    return {salt: next(iter(found)) for salt, found in pairs.items() if len(found) == 1}


def _is_one_element(reference: str, routes: frozenset[str]) -> bool:
    """A bottle or a patch is no dosing element: its content is not what one intake brings."""
    if not _ONE_ELEMENT.match(reference):
        return False
    container = any(word in _CONTAINERS for word in normalise(reference).split())
    unit_dose = "unidose" in normalise(reference)
    return not container or unit_dose or (bool(routes & _INJECTED) and "dispositif" not in reference)


def parts_of(
    lines: Iterable[CompositionLine], *, name: str, routes: frozenset[str], fractions: Mapping[str, str]
) -> tuple[Part, ...]:
    """The ingredients of one speciality, one per substance, in the order of the link numbers."""
    links: dict[str, list[CompositionLine]] = defaultdict(list)
    for line in lines:
        links[line.link].append(line)
    parts: dict[str, Part] = {}
    for _, group in sorted(links.items(), key=lambda item: (len(item[0]), item[0])):
        for part in _parts_of_link(group, strengths(name), routes, fractions):
            known = parts.get(part.code)
            if known is None or (part.amount or 0) > (known.amount or 0):
                parts[part.code] = part
    return tuple(parts.values())


def _parts_of_link(
    group: list[CompositionLine], printed: frozenset[float], routes: frozenset[str], fractions: Mapping[str, str]
) -> Iterable[Part]:
    chosen = [line for line in group if line.nature == "FT"] or group
    codes = frozenset(line.code for line in group)
    for line in chosen:
        code = fractions.get(line.code, line.code)
        own = codes if len(chosen) == 1 else frozenset({line.code})
        # Prescribers say the strength of the label ("metformine 1000 mg" is the salt): the fraction's would mislead.
        candidates = [line, *(other for other in group if other is not line)] if len(chosen) == 1 else [line]
        found = [
            amount
            for other in candidates
            if _is_one_element(other.reference, routes) and (amount := amount_of(other.dosage)) is not None
        ]
        labelled = [amount for amount in found if amount[1] == "mg" and amount[0] in printed]
        value, unit = next(iter(labelled or found), (None, None))
        yield Part(code, own | {code}, value, unit)
