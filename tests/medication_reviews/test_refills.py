"""Refills in a review: what is under 80 % is asked, never assumed; answers settle it; unknown stays unknown."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from epione.documents.public import Heading
from epione.kernel.clock import today
from epione.medication_reviews import services
from epione.medication_reviews.answers import Given, answerable, line_from
from epione.medication_reviews.domain.case import BadCase
from epione.medication_reviews.domain.chart import Chart
from epione.medication_reviews.domain.findings import Kind, Status
from epione.medication_reviews.domain.refills import RULE, refill_findings, refill_questions, refills_of
from epione.medication_reviews.domain.review import review
from epione.medication_reviews.services.analysis import preview
from epione.medications.public import Dispensing, Drug, DrugStatus, TreatmentLine
from epione.prescriptions.public import (
    DispensingContent,
    LineContent,
    record_dispensings,
    retract_dispensing,
    treatment_of,
)

TODAY = date(2026, 11, 20)
LINE = TreatmentLine("a", Drug(None, "ATORVASTATINE 40 mg", DrugStatus.UNKNOWN))


def handed(*days_ago, days=30, on=TODAY):
    return tuple(Dispensing(on - timedelta(days=ago), days) for ago in days_ago)


def chart(supply, line=LINE):
    return Chart(on=TODAY, lines=(line,), supplies={line.id: supply} if supply else {})


def findings(supply, line=LINE):
    return refill_findings(refills_of(chart(supply, line), (line,)))


def test_spaced_refills_are_a_question_with_its_rule_method_and_source():
    (found,) = findings(handed(200, 150, 90, 40))
    assert (found.kind, found.id, found.level, found.status) == (Kind.ADHERENCE, RULE, "pe", Status.TO_CONFIRM)
    assert "60\u202f%" in found.title["fr"]
    assert "60%" in found.title["en"]
    assert "PDC" in found.why["en"]
    assert "Karve" in found.source.reference
    assert [one.key for one in found.questions] == ["line:a:refills"]
    assert found.missing
    assert answerable(found.questions[0].key) == "yes-no"


@pytest.mark.parametrize(
    "supply",
    [
        (),
        handed(40),
        handed(180, 150, 120, 90, 60, 30),
        handed(60, 10),
        handed(800, 700),
        (*handed(200, 150, 40), Dispensing(TODAY - timedelta(days=180), None)),
    ],
)
def test_nothing_is_said_when_refills_suffice_or_do_not_tell(supply):
    assert findings(supply) == []


def test_a_medicine_as_needed_has_no_days_to_cover():
    assert findings(handed(200, 40), replace(LINE, prn=True)) == []
    assert refills_of(chart(handed(200, 40)), (replace(LINE, prn=True),)) == ()


def test_the_answer_settles_it_for_the_days_before_it():
    supply = handed(300, 200, 150, 60)
    said = TODAY - timedelta(days=100)
    explained = replace(LINE, facts={"refills": f"explained:{said.isoformat()}"})
    (later,) = findings(supply, explained)
    assert "100" not in later.title["fr"]
    assert refills_of(chart(supply, explained), (explained,))[0].coverage.since == said
    (missed,) = findings(supply, replace(LINE, facts={"refills": f"missed:{said.isoformat()}"}))
    assert (missed.status, missed.questions, missed.missing) == (Status.FIRES, (), ())
    (forgotten,) = findings(supply, replace(LINE, facts={"refills": "missed:2024-01-01"}))
    assert forgotten.status is Status.TO_CONFIRM


def test_an_unknown_duration_that_decides_is_asked():
    refills = refills_of(chart((*handed(200, 150, 40), Dispensing(TODAY - timedelta(days=180), None))), (LINE,))
    assert [one.key for one in refill_questions(refills)] == ["line:a:days_supplied"]
    assert refill_questions(refills_of(chart(handed(200, 40)), (LINE,))) == ()


def test_a_line_takes_the_answer_with_its_day():
    content = LineContent("x", facts={"same_dose": "true"})
    assert line_from(content, "refills", Given("yes")).facts == {
        "same_dose": "true",
        "refills": f"explained:{today().isoformat()}",
    }
    assert line_from(content, "refills", Given("no")).facts["refills"] == f"missed:{today().isoformat()}"


def test_refills_change_nothing_else_of_a_review(knowledge):
    plain = review(Chart(on=TODAY, lines=(LINE,)), knowledge)
    spaced = review(chart(handed(200, 40)), knowledge)
    assert [one for one in spaced.findings if one.kind is not Kind.ADHERENCE] == list(plain.findings)
    assert len(spaced.findings) == len(plain.findings) + 1
    assert (plain.refills, spaced.refills[0].dispensings) == ((), 2)


def statin_of(pharmacist, jeanne):
    lines = treatment_of(pharmacist.practice_id, jeanne.id).lines
    return next(one for one in lines if "atorvastatine" in one.content.written)


def spaced():
    return [DispensingContent(today() - timedelta(days=ago), 30) for ago in (200, 150, 90, 40)]


@pytest.fixture
def under_way(pharmacist, jeanne):
    """A review whose statin is refilled late."""
    record_dispensings(line_id=statin_of(pharmacist, jeanne).id, contents=spaced(), by=pharmacist)
    view = services.start_review(patient_id=jeanne.id, consent_on=today(), content={}, by=pharmacist)
    return view.id


def pdc_of(content):
    return next((card for card in content["cards"] if card["id"] == RULE), None)


@pytest.mark.django_db
def test_the_analysis_keeps_the_refills_and_grows_old_when_they_change(pharmacist, jeanne, under_way):
    made = services.analyse(review_id=under_way, by=pharmacist)
    (kept,) = made.content["refills"]
    assert (kept["percent"], kept["good"], kept["longest_gap"], kept["overdue"]) == (60, False, 30, 10)
    assert services.is_fresh(analysis=made, patient_id=jeanne.id, by=pharmacist)
    line = statin_of(pharmacist, jeanne)
    (more,) = record_dispensings(
        line_id=line.id, contents=[DispensingContent(today() - timedelta(days=120), 60)], by=pharmacist
    )
    assert not services.is_fresh(analysis=made, patient_id=jeanne.id, by=pharmacist)
    retract_dispensing(line_id=line.id, dispensing_id=more.id, reason="autre patient", by=pharmacist)
    assert services.is_fresh(analysis=made, patient_id=jeanne.id, by=pharmacist)


@pytest.mark.django_db
def test_the_question_is_answered_in_place(pharmacist, jeanne, under_way):
    made = services.analyse(review_id=under_way, by=pharmacist)
    assert pdc_of(made.content)["status"] == "to_confirm"
    key = f"line:{statin_of(pharmacist, jeanne).id}:refills"
    missed = services.answer_question(review_id=under_way, key=key, given=Given("no"), by=pharmacist)
    assert pdc_of(missed.content)["status"] == "fires"
    explained = services.answer_question(review_id=under_way, key=key, given=Given("yes"), by=pharmacist)
    assert pdc_of(explained.content) is None
    assert preview(patient_id=jeanne.id, by=pharmacist)["refills"][0]["percent"] is None


@pytest.mark.django_db
def test_pages_and_letters_tell_refills_beside_girerd(client_as, pharmacist, jeanne, under_way):
    browser = client_as(by=pharmacist)
    collection = browser.get(f"/medication/{under_way}/collection/").content.decode()
    assert "plus long intervalle sans boîte" in collection
    assert "<svg" in collection
    assert "médicaments sans délivrance enregistrée" in collection
    content = {"girerd": 2, "girerd_answers": [False, True, False, True, False, False], "confirmed": True}
    services.complete_collection(review_id=under_way, content=content, by=pharmacist)
    services.analyse(review_id=under_way, by=pharmacist)
    analysis = browser.get(f"/medication/{under_way}/analysis/").content.decode()
    assert "Jours couverts par les renouvellements" in analysis
    assert "PDC\u00a080" in analysis
    for kind in ("medication_reviews.letter", "medication_reviews.summary"):
        document = services.write(review_id=under_way, kind=kind, by=pharmacist)
        blocks = list(document.content.blocks)
        place = blocks.index(Heading("Observance"))
        girerd, statin = blocks[place + 1].items
        assert "2 réponses" in girerd
        assert "60\u202f%" in statin


def test_a_case_brings_its_dispensings(matched):
    given_out = [{"date": (TODAY - timedelta(days=ago)).isoformat(), "days": 30} for ago in (200, 150, 90, 40)]
    case = {"drugs": [{"name": "atorvastatine 40 mg", "frequency": "0-0-1", "dispensings": given_out}, {"name": "x"}]}
    assert [one.days for one in matched(case).chart.supplies["1"]] == [30] * 4
    assert list(matched(case).chart.supplies) == ["1"]


@pytest.mark.parametrize(
    ("dispensing", "where"),
    [
        ({"date": "2030-01-01", "days": 30}, "drugs[0].dispensings[0].date"),
        ({"date": "2026-10-01", "days": -30}, "drugs[0].dispensings[0].days"),
        ({"date": "2026-10-01", "days": 0}, "drugs[0].dispensings[0].days"),
        ({"days": 30}, "drugs[0].dispensings[0].date"),
    ],
)
def test_a_dispensing_that_cannot_be_is_refused_with_its_place(matched, dispensing, where):
    with pytest.raises(BadCase) as refused:
        matched({"drugs": [{"name": "x", "dispensings": [dispensing]}]})
    assert where in [fault.where for fault in refused.value.faults]
