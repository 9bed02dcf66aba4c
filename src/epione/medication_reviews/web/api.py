"""`/api/v1/medication-reviews`: review a case; enrol, analyse, decide, follow the physician's answers."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Body, Query, Router

from epione.identity.public import api_auth
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.medication_reviews import queries, services

from .schemas import AnalysisOut, AnswerIn, DecisionIn, DecisionOut, Enrolment, ReviewList, ReviewOut

router = Router(tags=["medication reviews"], auth=api_auth)
Page = Annotated[int, Query(ge=1, le=10_000)]
Size = Annotated[int, Query(ge=1, le=100)]


def _by(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@router.post("/review", operation_id="medication_reviews_case")
def review_case(
    request: HttpRequest, case: Annotated[dict[str, Any], Body()], lang: Literal["fr", "en"] = "fr"
) -> dict[str, Any]:
    """Review a case that is given (docs/review-schema.md); nothing of it is kept."""
    return services.review_case(values=case, on=clock.today(), language=lang, by=_by(request))


@router.get("", response=ReviewList, operation_id="medication_reviews_list")
def under_way(request: HttpRequest, page: Page = 1, size: Size = 25) -> ReviewList:
    """Reviews under way in the practice."""
    found = services.list_reviews(by=_by(request))
    start = (page - 1) * size
    items = [ReviewOut.of(view) for view in found[start : start + size]]
    return ReviewList(items=items, total=len(found), page=page, size=size)


@router.post("", response={201: ReviewOut}, operation_id="medication_reviews_start")
def start(request: HttpRequest, body: Enrolment) -> tuple[int, ReviewOut]:
    """Enrol a patient who agreed."""
    content = {"physician": body.physician, "requested_by": body.requested_by}
    view = services.start_review(
        patient_id=body.patient_id, consent_on=body.consent_on, content=content, by=_by(request)
    )
    return 201, ReviewOut.of(view)


@router.get("/{review_id}", response=ReviewOut, operation_id="medication_reviews_read")
def read(request: HttpRequest, review_id: UUID) -> ReviewOut:
    """A review; the read is recorded."""
    return ReviewOut.of(services.open_review(review_id=review_id, by=_by(request)))


@router.post("/{review_id}/analyses", response={201: AnalysisOut}, operation_id="medication_reviews_analyse")
def analyse(request: HttpRequest, review_id: UUID) -> tuple[int, AnalysisOut]:
    """Analyse the treatment of today; an unchanged answer is not kept twice."""
    return 201, AnalysisOut.of(services.analyse(review_id=review_id, by=_by(request)))


@router.get("/{review_id}/decisions", response=list[DecisionOut], operation_id="medication_reviews_decisions")
def decisions(request: HttpRequest, review_id: UUID) -> list[DecisionOut]:
    """The decisions in force."""
    by = _by(request)
    services.open_review(review_id=review_id, by=by)
    return [DecisionOut.of(view) for view in queries.decisions(by.practice_id, review_id)]


@router.put("/{review_id}/decisions/{finding}", response={204: None}, operation_id="medication_reviews_decide")
def decide(request: HttpRequest, review_id: UUID, finding: str, body: DecisionIn) -> tuple[int, None]:
    """Keep, adapt or set aside a finding of the newest analysis."""
    services.decide(
        review_id=review_id,
        finding=finding,
        decision=body.decision,
        reason=body.reason,
        text=body.text,
        by=_by(request),
    )
    return 204, None


@router.put("/{review_id}/answers/{decision_id}", response={204: None}, operation_id="medication_reviews_answer")
def answer(request: HttpRequest, review_id: UUID, decision_id: UUID, body: AnswerIn) -> tuple[int, None]:
    """What the physician answered to a recommendation."""
    services.record_answer(
        review_id=review_id, decision_id=decision_id, answer=body.answer, on=body.on, by=_by(request)
    )
    return 204, None
