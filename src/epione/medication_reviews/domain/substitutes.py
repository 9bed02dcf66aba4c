"""What may replace a medicine: other marketed substances of its class, by the same route."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from epione.medications.domain.catalogue import Catalogue
from epione.medications.domain.drug import Drug, DrugStatus, TreatmentLine
from epione.medications.domain.names import base_key

_SURE = frozenset({"mitm", "generic_group", "same_composition_route", "manual", "validated", "who_name"})
# Third levels whose fourth levels do not stand for each other: antithrombotics, antiepileptics, antidiabetics, cardiac
# and anti-infective medicines, cytotoxics.
_NOT_INTERCHANGEABLE = ("B01A", "N03A", "A10", "C01", "J", "L", "P")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A substance that may replace another: `closeness` is the ATC level they share (4 closer than 3)."""

    drug: Drug
    closeness: int
    specialities: int


class Substitutes:
    """The marketed single substances of the catalogue by ATC class and route, indexed once."""

    def __init__(self, catalogue: Catalogue) -> None:
        found: dict[tuple[str, str], tuple[Drug, int]] = {}
        for drug in catalogue.drugs():
            if drug.status is not DrugStatus.MARKETED or drug.atc_source not in _SURE or len(drug.ingredients) != 1:
                continue
            for route in drug.routes:
                kept, count = found.get((drug.atc[0], route), (drug, 0))
                found[drug.atc[0], route] = (kept, count + 1)
        self._by_class: dict[str, list[tuple[str, str, Drug, int]]] = {}
        for (code, route), (drug, count) in found.items():
            if len(code) == 7:
                self._by_class.setdefault(code[:4], []).append((code, route, _bare(drug, code, route), count))

    def of(self, line: TreatmentLine, taken: Iterable[TreatmentLine]) -> list[Candidate]:
        """Candidates for a line, the closest and most available first; substances already taken are left out."""
        if len(line.drug.atc) != 1 or len(line.drug.atc[0]) < 5:
            return []
        code = line.drug.atc[0]
        routes = {line.route} if line.route else set(line.drug.routes) or {"orale"}
        present = {one for other in taken for one in other.drug.atc}
        names = {base_key(part.name) for other in taken for part in other.drug.ingredients}
        found = [
            Candidate(drug, _closeness(code, other), count)
            for other, route, drug, count in self._by_class.get(code[:4], ())
            if route in routes and other not in present and base_key(drug.name) not in names and _closeness(code, other)
        ]
        return sorted(found, key=lambda one: (-one.closeness, -one.specialities, one.drug.name))


def _closeness(code: str, other: str) -> int:
    """The ATC level that two codes share: 4 or 3; 0 when they only share a level because ATC has no better place.

    Classes in X hold "the others": two of them have nothing in common but the chapter.
    """
    if code[4] == "X" or other[4] == "X":
        return 0
    if code[:5] == other[:5]:
        return 4
    return 0 if code.startswith(_NOT_INTERCHANGEABLE) else 3


def _bare(drug: Drug, code: str, route: str) -> Drug:
    """The substance of a speciality, without its brand and strength."""
    part = replace(drug.ingredients[0], amount=None, unit=None)
    return Drug(None, part.name, DrugStatus.SUBSTANCE, (code,), "substance", routes=(route,), ingredients=(part,))
