"""Analysing a treatment within a review: the engine's answer is kept with the editions that gave it."""

import hashlib
import json
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from epione.documents.public import of_subject
from epione.identity.public import require
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.crypto import seal_json
from epione.kernel.errors import Invalid
from epione.kernel.events import publish
from epione.kernel.ids import uuid7
from epione.ledger.public import record
from epione.medication_reviews import events, queries
from epione.medication_reviews.answers import Given, facts_from, line_from
from epione.medication_reviews.charting import chart_of
from epione.medication_reviews.domain.pathway import Step
from epione.medication_reviews.domain.review import review as run_review
from epione.medication_reviews.domain.snapshot import snapshot
from epione.medication_reviews.errors import LetterNotSent
from epione.medication_reviews.models import Analysis
from epione.medication_reviews.providers.knowledge import load_knowledge
from epione.patients.public import add_facts, require_clinical
from epione.prescriptions.public import change_line, treatment_of

from .pathway import READ, review_row, store_step

LETTER = "medication_reviews.letter"


def digest_of(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON of an analysis."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def preview(*, patient_id: UUID, by: Actor, on: date | None = None) -> dict[str, Any]:
    """What an analysis would say on a day (today), without keeping it (the caller records the read)."""
    require(by, READ)
    require_clinical(by, patient_id)
    return snapshot(run_review(chart_of(by.practice_id, patient_id, on or clock.today()), load_knowledge()))


def is_fresh(*, analysis: queries.AnalysisView, patient_id: UUID, by: Actor) -> bool:
    """Whether record, treatment and rules still say what the analysis said.

    Asked for the day of the analysis, the answer is the same to the letter; asked for today, it has the same findings:
    the mere passing of days changes durations in the texts, not what is to be decided.
    """
    if digest_of(preview(patient_id=patient_id, by=by, on=analysis.on)) != analysis.digest:
        return False
    return _essence(preview(patient_id=patient_id, by=by)) == _essence(analysis.content)


def _essence(content: dict[str, Any]) -> list[tuple[str, str, str]]:
    cards = [one for card in content["cards"] for one in card["findings"]]
    return sorted((one["id"], one["level"], one["status"]) for one in cards)


@transaction.atomic
def analyse(*, review_id: UUID, by: Actor) -> queries.AnalysisView:
    """Run the engine on the record and treatment of today and keep the answer; unchanged answers are not kept twice."""
    row = review_row(by, review_id)
    content = preview(patient_id=row.patient_id, by=by)
    digest = digest_of(content)
    former = queries.latest_analysis(by.practice_id, row.id)
    if former and former.digest == digest:
        return former
    made = Analysis(
        id=uuid7(),
        practice_id=row.practice_id,
        review=row,
        patient_id=row.patient_id,
        on=clock.today(),
        digest=digest,
        counts=content["counts"],
        author_id=by.id,
    )
    made.sealed = seal_json(queries.analysis_place(made), content)
    entry = record(
        action="medication_reviews.analyse",
        by=by,
        entity=("medication_review", str(row.id)),
        patient_id=row.patient_id,
        after={"counts": content["counts"], "editions": content["editions"], "digest": digest},
        content=bytes.fromhex(digest),
    )
    made.entry_id = entry.id
    made.save(force_insert=True)
    publish(events.ANALYSED, practice_id=row.practice_id, payload={"review_id": str(row.id)})
    return queries.AnalysisView(
        made.id, made.on, content, made.counts, digest, made.author_id, entry.id, made.created_at
    )


@transaction.atomic
def answer_question(*, review_id: UUID, key: str, given: Given, by: Actor) -> queries.AnalysisView:
    """Write the answer where it belongs (record or treatment line), then analyse again."""
    row = review_row(by, review_id)
    if key.startswith("line:"):
        lines = {str(view.id): view for view in treatment_of(by.practice_id, row.patient_id).lines}
        view = lines.get(key.split(":")[1])
        if view is None:
            raise Invalid({"key": [key]})
        change_line(line_id=view.id, content=line_from(view.content, key.split(":")[2], given), by=by)
    else:
        add_facts(patient_id=row.patient_id, facts=facts_from(key, given), by=by)
    return analyse(review_id=review_id, by=by)


@transaction.atomic
def complete_analysis(*, review_id: UUID, channel: str, by: Actor, seconds: int = 0) -> queries.ReviewView:
    """Close the analysis: the validated letter was sent to the physician; this is the proof that billing asks."""
    row = review_row(by, review_id)
    letter = next((d for d in of_subject(by.practice_id, row.id) if d.kind == LETTER and d.validated_at), None)
    if letter is None:
        raise LetterNotSent
    content = {
        "letter": str(letter.id),
        "digest": letter.digest,
        "channel": channel,
        "sent_at": clock.now().isoformat(),
    }
    store_step(row, Step.ANALYSIS, content, by, on=clock.today(), seconds=seconds)
    return queries.view_of(row)
