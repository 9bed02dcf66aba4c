"""Bringing a demo review to a step, with plausible decisions and answers."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from epione.documents.public import validate_document
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.medication_reviews import queries, services
from epione.medication_reviews.domain.pathway import Answer, Decision
from epione.medication_reviews.services.analysis import LETTER
from epione.medication_reviews.services.letters import PLAN, SUMMARY

ORDER = ("collection", "analysis", "letter", "interview", "follow_up", "complete")
GIRERD = {"girerd": 2, "girerd_answers": [False, True, False, True, False, False]}
_REASONS = ("Association voulue, surveillance en place.", "Déjà réévalué par le cardiologue.")


def advance(patient_id: UUID, to: str, by: Actor) -> None:
    """Take the review of a patient to the step that waits at `to`; nothing when `to` is empty."""
    if not to:
        return
    goal = ORDER.index(to)
    content = {"physician": "Dr Hélène Aubry", "requested_by": ""}
    consent = clock.today() - timedelta(days=3 + 4 * goal)
    review = services.start_review(patient_id=patient_id, consent_on=consent, content=content, by=by)
    if goal >= 1:
        collected: dict[str, Any] = {
            "confirmed": True,
            "problems_confirmed": True,
            "remarks": "Pilulier préparé par la fille du patient.",
            **GIRERD,
        }
        services.complete_collection(review_id=review.id, content=collected, by=by, seconds=1500)
        services.analyse(review_id=review.id, by=by)
    if goal >= 2:
        _decide(review.id, by)
        letter = services.write(review_id=review.id, kind=LETTER, by=by)
        services.write(review_id=review.id, kind=SUMMARY, by=by)
    if goal >= 3:
        validate_document(document_id=letter.id, digest=letter.digest, by=by)
        services.complete_analysis(review_id=review.id, channel="secure-mail", by=by, seconds=2400)
        _answer(review.id, by)
    if goal >= 4:
        services.write(review_id=review.id, kind=PLAN, by=by, advice=["Prendre les médicaments à heure fixe."])
        told = {"explained": "Rôle de chaque médicament.", "agreed": "Arrêt de l’automédication.", "plan_given": True}
        services.complete_interview(review_id=review.id, content=told, by=by, seconds=1800)
    if goal >= 5:
        services.complete_follow_up(
            review_id=review.id, content={"girerd": 1, "changes": "Aucune."}, by=by, seconds=900
        )


def _decide(review_id: UUID, by: Actor) -> None:
    newest = queries.latest_analysis(by.practice_id, review_id)
    cards = [card for card in newest.content["cards"] if card["status"] == "fires"] if newest else []
    for place, card in enumerate(cards):
        if place % 4 == 3:
            services.decide(
                review_id=review_id, finding=card["key"], decision=Decision.REJECTED, by=by, reason=_REASONS[place % 2]
            )
        else:
            services.decide(review_id=review_id, finding=card["key"], decision=Decision.ACCEPTED, by=by)


def _answer(review_id: UUID, by: Actor) -> None:
    for place, decision in enumerate(queries.decisions(by.practice_id, review_id)):
        if decision.decision is Decision.REJECTED:
            continue
        answer = (Answer.FOLLOWED, Answer.PARTLY, Answer.FOLLOWED, Answer.FOLLOWED, Answer.REFUSED)[place % 5]
        services.record_answer(review_id=review_id, decision_id=decision.id, answer=answer, on=clock.today(), by=by)
