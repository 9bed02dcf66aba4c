"""What a person says of a finding: she confirms it, corrects it or rejects it; each word is kept."""

from enum import StrEnum
from uuid import UUID

from django.db import transaction

from epione.identity.public import require
from epione.inference import queries
from epione.inference.errors import CorrectionMissing, UnknownFinding
from epione.inference.models import Verdict
from epione.kernel.actor import Actor
from epione.kernel.clock import now
from epione.kernel.crypto import seal_json
from epione.kernel.ids import uuid7
from epione.ledger.public import record
from epione.patients.public import require_clinical


class Verdicts(StrEnum):
    """What can be said of a finding."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    REJECTED = "rejected"


@transaction.atomic
def give_verdict(
    *, answer_id: UUID, finding: int, verdict: Verdicts, by: Actor, scope: str, text: str = ""
) -> queries.AnswerView:
    """Say of the finding of this number what holds; `scope` is the right that the calling workspace asks for.

    A correction needs its words. A second verdict does not erase the first one.
    """
    require(by, scope)
    answer = queries.answer_of(by.practice_id, answer_id)
    if answer.patient_id is not None:
        require_clinical(by, answer.patient_id)
    if not 0 <= finding < len(answer.result.findings):
        raise UnknownFinding
    words = text.strip()[:1000]
    if verdict is Verdicts.CORRECTED and not words:
        raise CorrectionMissing
    row = Verdict(
        id=uuid7(),
        practice_id=by.practice_id,
        answer_id=answer.id,
        finding=finding,
        verdict=verdict.value,
        author_id=by.id,
        author_name=by.name,
        at=now(),
    )
    row.sealed = seal_json(queries.verdict_place(row, answer.subject_id), {"text": words})
    earlier = answer.verdicts.get(finding)
    entry = record(
        action="inference.verdict",
        by=by,
        entity=("answer", str(answer.id)),
        patient_id=answer.patient_id,
        before={"verdict": earlier.verdict} if earlier else None,
        after={"finding": finding, "verdict": verdict.value, "text": words},
    )
    row.entry_id = entry.id
    row.save(force_insert=True)
    return queries.answer_of(by.practice_id, answer.id)
