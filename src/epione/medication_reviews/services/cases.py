"""Reviewing a case that is given, without a record: the same engine and answer as the command line."""

from datetime import date
from typing import Any

from django.db import transaction

from epione.identity.public import require
from epione.kernel.actor import Actor
from epione.kernel.errors import Invalid
from epione.ledger.public import record
from epione.medication_reviews.domain.case import BadCase
from epione.medication_reviews.domain.case_json import read_case
from epione.medication_reviews.domain.export import review_facts
from epione.medication_reviews.domain.matching import match_case
from epione.medication_reviews.domain.review import review
from epione.medication_reviews.providers.knowledge import catalogue_editions, load_knowledge
from epione.medications.public import resolve_code, resolve_medication

from .pathway import READ


@transaction.atomic
def review_case(*, values: dict[str, Any], on: date, language: str, by: Actor) -> dict[str, Any]:
    """The answer to a case as `docs/review-schema.md` describes it; nothing of the case is kept.

    Raises `Invalid` with one sentence for each thing that cannot be read.
    """
    require(by, READ)
    knowledge = load_knowledge()
    try:
        matched = match_case(
            read_case(values, on=on, units=knowledge.book.units, flags=knowledge.book.flags),
            resolve_medication,
            resolve_code,
        )
    except BadCase as error:
        fields: dict[str, list[str]] = {}
        for fault in error.faults:
            fields.setdefault(fault.where or "case", []).append(fault.text[language])
        raise Invalid(fields) from error
    answer = review_facts(review(matched.chart, knowledge), matched, language, catalogue_editions())
    record(
        action="medication_reviews.review_case",
        by=by,
        entity=("practice", str(by.practice_id)),
        after={"lines": len(matched.chart.lines), "findings": len(answer["findings"])},
    )
    return answer
