"""What this module itself adds to the timeline: measurements by day, problems, allergies."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from epione.kernel.actor import Actor
from epione.kernel.kit.formats import number

from . import queries
from .domain.observations import MEASURES
from .domain.record import Fact, FactKind
from .extensions import TimelineItem
from .rules import sees_clinical


def _results(facts: list[Fact]) -> list[TimelineItem]:
    english = (get_language() or "fr").startswith("en")
    by_day: dict[date, list[str]] = defaultdict(list)
    for fact in facts:
        measure = MEASURES.get(fact.content["code"])
        if fact.on and measure:
            by_day[fact.on].append(f"{measure.en if english else measure.fr} {number(round(fact.content['value'], 2))}")
    return [TimelineItem(on, "ruler", _("Results"), ", ".join(lines[:4])) for on, lines in by_day.items()]


def items(by: Actor, patient_id: UUID) -> list[TimelineItem]:
    """Events of the clinical entries; none for those who do not see clinical content."""
    if not sees_clinical(by):
        return []
    facts = [fact for fact in queries.facts(by.practice_id, patient_id) if not fact.retracted]
    problems = [
        TimelineItem(fact.on, "flag", fact.content.get("label", fact.content["icd10"]), fact.content["icd10"])
        for fact in facts
        if fact.kind is FactKind.PROBLEM and fact.on
    ]
    allergies = [
        TimelineItem(fact.on, "warn", _("Allergy"), fact.content["substance"])
        for fact in facts
        if fact.kind is FactKind.ALLERGY and fact.on and "substance" in fact.content
    ]
    return [*_results([f for f in facts if f.kind is FactKind.OBSERVATION]), *problems, *allergies]
