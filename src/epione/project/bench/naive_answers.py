"""Answers to single questions about a line, for the naive evaluator: no code shared with the engine."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from epione.medication_reviews.domain.chart import Problem
from epione.medications.domain.drug import Release, TreatmentLine
from epione.medications.domain.interactions_routes import LOCAL_ROUTES

Answer = bool | None


def stated(line: TreatmentLine, name: str) -> Answer:
    return {"true": True, "yes": True, "false": False, "no": False}.get(line.facts.get(name, ""))


def route_answer(line: TreatmentLine, wanted: str | None, local: set[str]) -> Answer:
    routes = [line.route] if line.route else list(line.drug.routes)
    if wanted is None:
        return agreed([route not in local for route in routes])
    meant = {"oral": "orale", "vaginal": "vaginale"}[wanted]
    return agreed([route == meant for route in routes])


def taken(line: TreatmentLine, on: date) -> bool:
    return (line.start is None or line.start <= on) and (line.end is None or line.end >= on)


def route_fits(code: str, route: str) -> bool:
    places = (
        ("D", "cutanée"),
        ("S01", "ophtalmique"),
        ("S02", "auriculaire"),
        ("R01", "nasale"),
        ("G01", "vaginale"),
        ("M02", "cutanée"),
    )
    for prefix, place in places:
        if code.startswith(prefix):
            return place == route
    return route not in LOCAL_ROUTES


def agreed(answers: list[bool]) -> Answer:
    return answers[0] if answers and len(set(answers)) == 1 else None


def prolonged(line: TreatmentLine) -> Answer:
    if line.release is not None:
        return line.release is Release.MODIFIED
    if not line.drug.form:
        return None
    text = f" {line.drug.form} {line.drug.name} ".lower()
    words = ("libération prolongée", "libération modifiée", " lp ", " lp,", "transdermique")
    return "transdermique" in line.drug.routes or any(word in text for word in words)


def dose(line: TreatmentLine, ingredient: str) -> float | None:
    parts = line.drug.ingredients
    if not ingredient or len(parts) < 2 or line.daily_mg is None:
        return line.daily_mg
    wanted = next((part for part in parts if ingredient in part.name.lower()), None)
    if wanted is None:
        return None
    if wanted == parts[0]:
        return line.daily_mg
    if not wanted.amount or not parts[0].amount or {wanted.unit, parts[0].unit} != {"mg"}:
        return None
    return line.daily_mg * wanted.amount / parts[0].amount


def reaches(dose: float, tree: Mapping[str, Any]) -> bool:
    if "min_daily_mg" in tree:
        return bool(dose >= tree["min_daily_mg"] - 1e-9)
    return bool(dose > tree["min_daily_mg_exclusive"] + 1e-9)


def summed(doses: list[tuple[Answer, float | None]], tree: Mapping[str, Any]) -> Answer:
    """Doses of the lines of one substance, added."""
    if reaches(sum(dose or 0.0 for fits, dose in doses if fits), tree):
        return True
    open_ones = [dose for fits, dose in doses if fits is not False]
    if None in [dose for fits, dose in doses if fits]:
        return None
    if any(fits is None for fits, _ in doses) and (
        None in open_ones or reaches(sum(dose or 0.0 for dose in open_ones), tree)
    ):
        return None
    return False


def coded(code: str, pattern: str) -> bool:
    if "-" in pattern:
        first, last = pattern.split("-")
        return first <= code[:3] <= last
    return code.replace(".", "").startswith(pattern.replace(".", ""))


def episodes(found: list[Problem], least: int) -> Answer:
    if sum(one.count or 1 for one in found) >= least:
        return True
    return False if all(one.count is not None for one in found) else None
