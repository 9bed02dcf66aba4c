"""A patient through the whole review: each step dated, signed, recorded; nothing out of order."""

from datetime import date, timedelta

import pytest

from epione.billing.public import bill_step, reasons_against
from epione.documents.public import export_document, of_subject, validate_document
from epione.kernel import clock
from epione.kernel.errors import Forbidden
from epione.medication_reviews import queries, services
from epione.medication_reviews.answers import Given
from epione.medication_reviews.domain.pathway import Answer, Decision, Step
from epione.medication_reviews.errors import (
    ConsentMissing,
    FindingNotFound,
    LetterNotSent,
    NothingAnalysed,
    ReasonNeeded,
    ReviewNotFound,
    ReviewOpen,
    StepRefused,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(pharmacist, jeanne):
    return services.start_review(
        patient_id=jeanne.id, consent_on=date(2026, 11, 2), content={"physician": "Dr Aubry"}, by=pharmacist
    )


def analysed(review, by):
    services.complete_collection(review_id=review.id, content={"girerd": 2}, by=by)
    return services.analyse(review_id=review.id, by=by)


def card_about(analysis, *names):
    lines = {line["id"]: line["name"] for line in analysis.content["lines"]}
    return next(
        card
        for card in analysis.content["cards"]
        if len(card["drugs"]) == len(names)
        and all(any(name in lines[drug] for drug in card["drugs"]) for name in names)
    )


def test_without_consent_there_is_no_review(pharmacist, jeanne):
    with pytest.raises(ConsentMissing):
        services.start_review(patient_id=jeanne.id, consent_on=None, content={}, by=pharmacist)


def test_a_patient_has_one_review_at_a_time(pharmacist, jeanne, review):
    with pytest.raises(ReviewOpen):
        services.start_review(patient_id=jeanne.id, consent_on=date(2026, 11, 3), content={}, by=pharmacist)


def test_steps_are_done_in_order(pharmacist, review):
    assert review.next is Step.COLLECTION
    with pytest.raises(StepRefused):
        services.complete_interview(review_id=review.id, content={}, by=pharmacist)
    after = services.complete_collection(review_id=review.id, content={}, by=pharmacist)
    assert after.next is Step.ANALYSIS
    with pytest.raises(StepRefused):
        services.complete_collection(review_id=review.id, content={}, by=pharmacist)


def test_the_analysis_finds_the_contraindication_and_is_kept_once(pharmacist, review):
    first = analysed(review, pharmacist)
    card = card_about(first, "CORDARONE", "ESCITALOPRAM")
    assert (card["level"], card["status"]) == ("ci", "fires")
    assert card["findings"][0]["source"]["page"] == 230
    assert services.analyse(review_id=review.id, by=pharmacist).id == first.id


def test_a_finding_is_set_aside_with_a_reason_only(pharmacist, review):
    analysis = analysed(review, pharmacist)
    key = analysis.content["cards"][0]["key"]
    with pytest.raises(ReasonNeeded):
        services.decide(review_id=review.id, finding=key, decision=Decision.REJECTED, by=pharmacist, reason=" ")
    services.decide(review_id=review.id, finding=key, decision=Decision.REJECTED, by=pharmacist, reason="ECG suivi")
    [decision] = queries.decisions(pharmacist.practice_id, review.id)
    assert (decision.decision, decision.content["reason"]) == (Decision.REJECTED, "ECG suivi")


def test_a_change_of_mind_replaces_and_an_undo_reopens(pharmacist, review):
    analysis = analysed(review, pharmacist)
    key = analysis.content["cards"][0]["key"]
    services.decide(review_id=review.id, finding=key, decision=Decision.ACCEPTED, by=pharmacist)
    services.decide(review_id=review.id, finding=key, decision=Decision.ADAPTED, by=pharmacist, text="Sertraline 50 mg")
    [decision] = queries.decisions(pharmacist.practice_id, review.id)
    assert decision.decision is Decision.ADAPTED
    services.undo_decision(review_id=review.id, finding=key, by=pharmacist)
    assert queries.decisions(pharmacist.practice_id, review.id) == []
    with pytest.raises(FindingNotFound):
        services.decide(review_id=review.id, finding="nothing", decision=Decision.ACCEPTED, by=pharmacist)


def test_a_decision_needs_an_analysis(pharmacist, review):
    with pytest.raises(NothingAnalysed):
        services.decide(review_id=review.id, finding="x", decision=Decision.ACCEPTED, by=pharmacist)


def test_an_answer_goes_to_the_record_and_settles_the_finding(pharmacist, review):
    analysis = analysed(review, pharmacist)
    asked = {question["key"] for question in analysis.content["questions"]}
    assert "obs:sodium" in asked
    after = services.answer_question(review_id=review.id, key="obs:sodium", given=Given("128", "mmol/L"), by=pharmacist)
    assert "obs:sodium" not in {question["key"] for question in after.content["questions"]}
    fired = {f["id"] for card in after.content["cards"] for f in card["findings"] if f["status"] == "fires"}
    assert "STOPP-D6" in fired


def test_the_whole_pathway_to_the_validated_letter_and_its_bills(pharmacist, review):
    analysis = analysed(review, pharmacist)
    key = card_about(analysis, "CORDARONE", "ESCITALOPRAM")["key"]
    services.decide(
        review_id=review.id, finding=key, decision=Decision.ADAPTED, by=pharmacist, text="Passer à la sertraline."
    )
    services.recommend(review_id=review.id, title="Vaccin", text="Vérifier le carnet.", by=pharmacist)
    letter = services.write(review_id=review.id, kind="medication_reviews.letter", by=pharmacist)
    with pytest.raises(LetterNotSent):
        services.complete_analysis(review_id=review.id, channel="post", by=pharmacist)
    programme = services.programme_of(review_id=review.id, by=pharmacist)
    assert reasons_against(programme=programme, step="analysis", practice_id=pharmacist.practice_id)
    validate_document(document_id=letter.id, digest=letter.digest, by=pharmacist)
    after = services.complete_analysis(review_id=review.id, channel="secure-mail", by=pharmacist)
    assert after.next is Step.INTERVIEW
    pdf, media, _name = export_document(document_id=letter.id, form="pdf", by=pharmacist)
    assert (pdf[:5], media) == (b"%PDF-", "application/pdf")
    services.complete_interview(review_id=review.id, content={"explained": "oui"}, by=pharmacist)
    done = services.complete_follow_up(review_id=review.id, content={}, by=pharmacist)
    assert (done.next, done.closing) == (None, "complete")
    programme = services.programme_of(review_id=review.id, by=pharmacist)
    bills = [bill_step(programme=programme, step=step.value, by=pharmacist) for step in done.order]
    assert [bill.cents for bill in bills] == [1, 1500, 1500, 1500, 2000]
    texts = str(of_subject(pharmacist.practice_id, review.id)[0].content)
    assert "Passer à la sertraline." in texts


def test_the_physicians_answers_make_the_acceptance_figures(pharmacist, review):
    analysis = analysed(review, pharmacist)
    cards = [card for card in analysis.content["cards"] if card["status"] == "fires"][:2]
    for card in cards:
        services.decide(review_id=review.id, finding=card["key"], decision=Decision.ACCEPTED, by=pharmacist)
    first, second = queries.decisions(pharmacist.practice_id, review.id)
    for decision, answer in ((first, Answer.FOLLOWED), (second, Answer.REFUSED)):
        services.record_answer(
            review_id=review.id, decision_id=decision.id, answer=answer, on=date(2026, 11, 19), by=pharmacist
        )
    assert sum(one[1] for one in queries.acceptance(pharmacist.practice_id)) == 1
    assert sum(one[2] for one in queries.acceptance(pharmacist.practice_id)) == 2


def test_another_practice_finds_nothing(review, actor, other_practice):
    stranger = actor("pharmacist", practice=other_practice)
    with pytest.raises(ReviewNotFound):
        services.open_review(review_id=review.id, by=stranger)
    assert queries.open_reviews(stranger.practice_id) == []


@pytest.mark.parametrize("role", ["nurse", "secretary", "admin", "auditor", "radiologist"])
def test_other_roles_do_not_open_reviews(review, actor, role):
    with pytest.raises(Forbidden):
        services.open_review(review_id=review.id, by=actor(role))


def test_the_second_year_begins_with_the_collection(pharmacist, jeanne, review):
    services.abandon_review(review_id=review.id, reason="déménagement", by=pharmacist)
    again = services.start_review(patient_id=jeanne.id, consent_on=date(2026, 11, 3), content={}, by=pharmacist)
    assert again.year == 1


def test_the_passing_of_days_alone_does_not_make_an_analysis_old(pharmacist, review, monkeypatch):
    analysis = analysed(review, pharmacist)
    fresh = {"analysis": analysis, "patient_id": review.patient_id, "by": pharmacist}
    assert services.is_fresh(**fresh)
    later = clock.today() + timedelta(days=3)
    monkeypatch.setattr(clock, "today", lambda: later)
    assert services.is_fresh(**fresh)
    services.answer_question(review_id=review.id, key="obs:sodium", given=Given("128", "mmol/L"), by=pharmacist)
    assert not services.is_fresh(**fresh)


def statuses(analysis):
    return {one["id"]: one["status"] for card in analysis.content["cards"] for one in card["findings"]}


@pytest.mark.parametrize(
    ("said", "start_b8"), [({}, "to_confirm"), ({"confirmed": True, "problems_confirmed": True}, "fires")]
)
def test_an_absence_counts_once_the_lists_were_read_through(pharmacist, review, said, start_b8):
    services.complete_collection(review_id=review.id, content=said, by=pharmacist)
    analysis = services.analyse(review_id=review.id, by=pharmacist)
    assert statuses(analysis)["START-B8"] == start_b8


def test_a_problem_that_nobody_excluded_stays_a_question(pharmacist, review):
    services.complete_collection(review_id=review.id, content={"confirmed": True}, by=pharmacist)
    opened = services.analyse(review_id=review.id, by=pharmacist)
    assert statuses(opened)["STOPP-G4" if "STOPP-G4" in statuses(opened) else "STOPP-K4"] == "to_confirm"
