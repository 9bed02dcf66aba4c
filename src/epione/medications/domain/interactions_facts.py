"""The data that conditional interaction rules ask for, as far as the treatment lines and the patient tell them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from epione.medications.domain.conditions import QUESTIONS
from epione.medications.domain.drug import TreatmentLine
from epione.medications.domain.interactions_routes import is_local, routes_of

_INTRAVENOUS = "intraveineuse"
_ORAL = "orale"
_ROUTE_FACTS = {
    "diltiazem": "diltiazem_route",
    "verapamil": "verapamil_route",
    "calcium": "calcium_route",
    "midazolam": "midazolam_route",
}

# ICD-10 codes that prove a fact. Their absence proves nothing: a list of problems is rarely complete.
_PROOFS: dict[str, tuple[str, ...]] = {
    "heart_failure": ("I50", "I110", "I130", "I132"),
    "hist_peptic_ulcer": ("K25", "K26", "K27", "K28"),
    "liver_failure": ("K72", "K704"),
    "indication_acs": ("I200", "I21", "I22", "I24"),
    "hypokalaemia": ("E876",),
}

Facts = dict[str, object]


def interaction_facts(lines: Sequence[TreatmentLine], patient_facts: Mapping[str, object]) -> Facts:
    """The facts for `Thesaurus.check_list`: what is known, nothing else (an absent key is unknown).

    `patient_facts` may hold: `age` (years), `egfr` (mL/min/1.73 m²), `potassium` (mmol/L), `lvef` (%), `conditions`
    (ICD-10 codes), and any name of `conditions.QUESTIONS`, which then wins over what is derived. From the lines come
    `asa_mg_dose`, `asa_mg_day`, `mtx_mg_week`, `rosuvastatin_mg_day` (mg; the highest when several lines) and routes.
    """
    facts = _from_lines(lines) | _from_patient(patient_facts)
    return facts | {name: patient_facts[name] for name in QUESTIONS if patient_facts.get(name) is not None}


def _from_lines(lines: Sequence[TreatmentLine]) -> Facts:
    facts: Facts = {}
    concerned = _by_entity(lines)
    for name, entity, amount in _DOSES:
        known = [_of_entity(line, entity, amount(line)) for line in concerned.get(entity, ())]
        found = [value for value in known if value is not None]
        # One line of unknown dose among several leaves the whole unknown.
        if found and len(found) == len(known):
            facts[name] = sum(found) if name in _ADDED else max(found)
    for entity, name in _ROUTE_FACTS.items():
        routes = {_route(line) for line in concerned.get(entity, ())}
        if len(routes) == 1 and (route := routes.pop()):
            facts[name] = route
    return facts


def _by_entity(lines: Sequence[TreatmentLine]) -> dict[str, list[TreatmentLine]]:
    """The lines, local forms left out, of each substance that a rule asks about."""
    found: dict[str, list[TreatmentLine]] = {}
    for line in lines:
        for part in line.drug.ingredients:
            for entity in part.entities & _ASKED:
                if not is_local(routes_of(line.drug, line.route)):
                    found.setdefault(entity, []).append(line)
    return found


def _from_patient(patient: Mapping[str, object]) -> Facts:
    facts: Facts = {}
    codes = [str(code).replace(".", "").upper() for code in _listed(patient.get("conditions"))]
    for name, proofs in _PROOFS.items():
        if any(code.startswith(proofs) for code in codes):
            facts[name] = True
    for name, (datum, limit) in {"hypokalaemia": ("potassium", 3.5), "lvef_reduced": ("lvef", 50.0)}.items():
        value = patient.get(datum)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            facts[name] = value < limit
    return facts


def _listed(value: object) -> Iterable[object]:
    return value if isinstance(value, (list, tuple, set, frozenset)) else ()


def _of_entity(line: TreatmentLine, entity: str, amount: float | None) -> float | None:
    """Milligrams of this substance, when the line's own figure is that of the first substance of a combination."""
    parts = line.drug.ingredients
    wanted, main = next(part for part in parts if entity in part.entities), parts[0]
    if amount is None or wanted is main:
        return amount
    if wanted.amount and main.amount and wanted.unit == main.unit:
        return amount * wanted.amount / main.amount
    return None


def _is_weekly(line: TreatmentLine) -> bool:
    return bool(re.search(r"sem(\.|aines?\b)|week", line.frequency, re.IGNORECASE))


def _per_day(line: TreatmentLine) -> float | None:
    """Milligrams a day of the main substance, from the line's own figure or dose times intakes."""
    if line.daily_mg is not None:
        return line.daily_mg
    if line.dose_mg is not None and line.per_day is not None:
        return line.dose_mg * line.per_day
    return None


def _per_week(line: TreatmentLine) -> float | None:
    daily = _per_day(line)
    if daily is not None:
        return round(daily * 7, 6)
    return line.dose_mg if _is_weekly(line) else None


def _per_dose(line: TreatmentLine) -> float | None:
    """Milligrams in one intake; a whole day's low amount bounds it, which is all that the rules need."""
    if line.dose_mg is not None:
        return line.dose_mg
    daily = line.daily_mg
    if daily is None:
        return None
    if line.per_day:
        return daily / line.per_day
    return daily if daily < _LOWEST_ASPIRIN_DOSE_ASKED else None


def _route(line: TreatmentLine) -> str:
    """The route as the rules write it (IV, oral), another single route as it is; empty when unknown."""
    routes = routes_of(line.drug, line.route)
    if len(routes) != 1:
        return ""
    return {_INTRAVENOUS: "IV", _ORAL: "oral"}.get(routes[0], routes[0])


_LOWEST_ASPIRIN_DOSE_ASKED = 500
_ASPIRIN = "acide acetylsalicylique"
_DOSES: tuple[tuple[str, str, Callable[[TreatmentLine], float | None]], ...] = (
    ("asa_mg_dose", _ASPIRIN, _per_dose),
    ("asa_mg_day", _ASPIRIN, _per_day),
    ("mtx_mg_week", "methotrexate", _per_week),
    ("rosuvastatin_mg_day", "rosuvastatine", _per_day),
)
_ADDED = frozenset({"asa_mg_day", "mtx_mg_week", "rosuvastatin_mg_day"})
_ASKED = frozenset({*_ROUTE_FACTS, *(entity for _, entity, _ in _DOSES)})
