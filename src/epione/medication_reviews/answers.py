"""Answers to the engine's questions: each goes to the record or to the treatment line, as a dated fact."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from epione.kernel import clock
from epione.kernel.errors import Invalid
from epione.patients.public import FactKind, NewFact, measure_of
from epione.prescriptions.public import EXPLAINED, MISSED, LineContent

YES, NO, KEEP = "yes", "no", "keep"
# The fact that an old measurement still holds: this, then its code and its day.
KEPT = "still_valid:"
# How people say that there is no allergy; an empty answer says nothing, and is never one of them.
_NO_ALLERGY = frozenset({NO, "non", "none", "aucun", "aucune", "aucune allergie", "no allergy", "pas d’allergie",
                         "pas d'allergie", "aucune allergie connue", "no known allergy"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """What a person answered: `value` as typed, `on` the day of the fact (today when she does not say)."""

    value: str
    unit: str = ""
    on: date | None = None


def _number(given: Given) -> float:
    try:
        return float(given.value.replace(",", ".").replace("\u202f", "").replace(" ", ""))
    except ValueError as error:
        raise Invalid({"value": [_("A number is needed.")]}) from error


def _yes(given: Given) -> bool:
    if given.value not in {YES, NO}:
        raise Invalid({"value": [_("Answer yes or no.")]})
    return given.value == YES


def _flag(name: str, given: Given) -> list[NewFact]:
    return [NewFact(FactKind.FLAG, {"name": name, "value": _yes(given)}, given.on or clock.today())]


def _measurement(code: str, given: Given) -> list[NewFact]:
    measure = measure_of(code)
    unit = given.unit or (measure.unit if measure else "")
    content = {"code": code, "value": _number(given), "unit": unit}
    return [NewFact(FactKind.OBSERVATION, content, given.on or clock.today())]


def _old_measurement(code: str, measured_on: str, given: Given) -> list[NewFact]:
    """A new measurement, or the word of a person that the old one still holds."""
    if given.value != KEEP:
        return _measurement(code, given)
    if measure_of(code) is None or not _is_day(measured_on):
        raise Invalid({"key": [_("Answer this question in the record itself.")]})
    return [NewFact(FactKind.FLAG, {"name": f"{KEPT}{code}:{measured_on}", "value": True}, clock.today())]


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _allergies(given: Given) -> list[NewFact]:
    said = given.value.strip()
    if not said:
        raise Invalid({"value": [_("Name the allergy, or answer “none”.")]})
    if said.lower().rstrip(".") in _NO_ALLERGY:
        return [NewFact(FactKind.ALLERGY, {"none_known": True}, given.on or clock.today())]
    return [NewFact(FactKind.ALLERGY, {"substance": said}, given.on)]


def facts_from(key: str, given: Given) -> list[NewFact]:
    """The entries that an answer adds to the record; `Invalid` when the question has no place there."""
    kind, _separator, name = key.partition(":")
    name, _separator, rest = name.partition(":")
    if kind == "flag":
        return _flag(name, given)
    if kind == "obs" and rest.startswith("old:"):
        return _old_measurement(name, rest.removeprefix("old:"), given)
    if kind == "obs":
        return _measurement(name, given)
    if key == "allergies":
        return _allergies(given)
    if key in {"weight", "height"}:
        return _measurement(key, given)
    raise Invalid({"key": [_("Answer this question in the record itself.")]})


def answerable(key: str) -> str:
    """How a question is answered in place; "" when only the record can answer.

    `yes-no`, `number`, `number-or-keep` (a new measurement, or the old one kept), `date`, `text`.
    """
    kind, _separator, rest = key.partition(":")
    if kind == "flag":
        return "yes-no"
    if kind == "obs":
        return "number-or-keep" if ":old:" in rest else "" if rest.endswith(":date") else "number"
    if key in {"weight", "height"}:
        return "number"
    if key == "allergies":
        return "text"
    if kind == "line":
        return {
            "start": "date",
            "daily_mg": "number",
            "prn": "yes-no",
            "same_dose": "yes-no",
            "full_dose": "number",
            "refills": "yes-no",
        }.get(rest.split(":")[1] if ":" in rest else "", "")
    return ""


def line_from(content: LineContent, datum: str, given: Given) -> LineContent:
    """The line with the answer: start, daily dose, rhythm, or a fact that the rules ask."""
    if datum == "start":
        if given.on is None:
            raise Invalid({"on": [_("A date is needed.")]})
        return replace(content, start=given.on)
    if datum in {"daily_mg", "full_dose"}:
        return replace(content, dose_value=_number(given), dose_unit="mg", per_day=1.0)
    if datum == "prn":
        return replace(content, prn=_yes(given))
    if datum == "refills":
        answer = EXPLAINED if _yes(given) else MISSED
        return replace(content, facts={**content.facts, datum: f"{answer}:{clock.today().isoformat()}"})
    if datum in {"same_dose", "release", "class"}:
        stated: dict[str, Any] = {**content.facts, datum: "true" if _yes(given) else "false"}
        return replace(content, facts=stated)
    raise Invalid({"key": [_("Answer this question in the treatment itself.")]})
