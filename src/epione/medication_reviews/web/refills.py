"""Adherence beside the treatment: what refills say of each medicine, next to Girerd's answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from epione.kernel.kit.formats import number
from epione.medications.public import COVERAGE_METHOD, coverage_words
from epione.prescriptions.public import LineView, coverage_chart, supplies_of

from .cards import language

_LEVELS = {True: "acc", False: "pe", None: "ink3"}


@dataclass(frozen=True, slots=True)
class Refilled:
    """A medicine with the sentence about its refills; `share` is None while they tell nothing."""

    line: str
    name: str
    sentence: str
    share: float | None = None
    value: str = ""
    level: str = ""


def of_lines(practice_id: UUID, lines: Iterable[LineView]) -> dict[str, Any]:
    """For the collection: the chart of all lines with dispensings, a sentence each, the lines without any."""
    regular = [view for view in lines if not view.line.prn]
    supplies = supplies_of(practice_id, regular)
    told = [supplies[view.id] for view in regular if supplies[view.id].counted]
    lang = language()
    items = [
        Refilled(str(supply.line.id), supply.line.drug.short, coverage_words(supply.coverage)[lang]) for supply in told
    ]
    chart = coverage_chart(told, _("Days covered by refills, medicine by medicine"))
    return {
        "refills": items,
        "without_refills": [view for view in regular if not supplies[view.id].counted],
        "refill_chart": chart,
        "refill_method": COVERAGE_METHOD[lang],
    }


def of_analysis(refills: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """For the analysis: what it kept of the refills."""
    return {"refills": [_kept(one) for one in refills], "refill_method": COVERAGE_METHOD[language()]}


def _kept(one: Mapping[str, Any]) -> Refilled:
    sentence = one["text"][language()]
    if one["percent"] is None:
        return Refilled(one["line"], one["name"], sentence)
    least = "≥\u00a0" if one["at_least"] else ""
    value = f"{least}{number(one['percent'])}\u202f%"
    return Refilled(one["line"], one["name"], sentence, one["percent"] / 100, value, _LEVELS[one["good"]])
