"""What the documents of a review say of doses and decisions: nothing shortened, nothing that no longer holds."""

from datetime import date, timedelta

import pytest

from epione.documents.domain.content import Sender
from epione.kernel import clock
from epione.kernel.errors import Invalid
from epione.medication_reviews import services
from epione.medication_reviews.answers import Given, facts_from
from epione.medication_reviews.domain.letters import (
    Dossier,
    Recommendation,
    letter,
    posology_words,
    quantity_words,
    taking_words,
)
from epione.medication_reviews.domain.pathway import Decision
from epione.prescriptions.public import stop_line, treatment_of

LETTER = "medication_reviews.letter"
TO_CONFIRM = "posologie à confirmer avec votre pharmacien"


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.0, "cp", ""),
        (0.5, "cp", "½"),
        (1.5, "cp", "1,5"),
        (10.5, "cp", "10,5"),
        (1 / 3, None, "0,33"),
        (10.0, "mg", "10\u00a0mg"),
        (20.0, "UI", "20\u00a0UI"),
    ],
)
def test_a_quantity_of_the_plan_is_the_one_taken_with_its_unit(value, unit, words):
    assert quantity_words(value, unit) == words


@pytest.mark.parametrize(
    ("written", "told", "prn", "confirmed", "dose", "words"),
    [
        ("1-0-1", True, False, True, (1.0, "cp", 2.0), ""),
        ("1 cp si besoin, max 4 par jour", False, True, True, (1.0, "cp", 4.0), "1 cp si besoin, max 4 par jour"),
        ("1-0-1 sauf dimanche", False, False, True, (1.0, "cp", 2.0), "1-0-1 sauf dimanche"),
        ("", False, True, True, (None, None, None), "à la demande"),
        ("", False, True, True, (500.0, "mg", 3.0), "à la demande\u00a0: 500\u00a0mg, 3 fois par jour"),
        ("", False, None, True, (10.0, "mg", 1 / 7), "10\u00a0mg, une fois tous les 7 jours"),
        ("", False, None, True, (None, None, None), TO_CONFIRM),
        ("1-0-1", True, False, False, (1.0, "cp", 2.0), TO_CONFIRM),
    ],
)
def test_the_plan_keeps_the_whole_posology(written, told, prn, confirmed, dose, words):
    assert taking_words(written, told=told, prn=prn, confirmed=confirmed, dose=dose) == words


def test_a_dose_without_text_is_told_in_the_letter():
    line = {"frequency": "", "dose_value": 500.0, "dose_unit": "mg", "per_day": 2.0, "prn": False}
    assert posology_words(line) == "500\u00a0mg, 2 fois par jour"
    assert posology_words({**line, "dose_value": None}) == "posologie non renseignée"


def test_an_empty_answer_never_states_that_there_is_no_allergy():
    with pytest.raises(Invalid):
        facts_from("allergies", Given("  "))
    [said] = facts_from("allergies", Given("Aucune"))
    assert said.content == {"none_known": True}
    [named] = facts_from("allergies", Given("pénicilline"))
    assert named.content == {"substance": "pénicilline"}


@pytest.mark.django_db
def test_a_decision_about_a_finding_that_is_gone_leaves_the_letter(pharmacist, jeanne):
    review = services.start_review(patient_id=jeanne.id, consent_on=date(2026, 11, 2), content={}, by=pharmacist)
    analysed = services.analyse(review_id=review.id, by=pharmacist)
    card = next(one for one in analysed.content["cards"] if one["level"] == "ci" and one["status"] == "fires")
    title = card["findings"][0]["title"]["fr"]
    services.decide(review_id=review.id, finding=card["key"], decision=Decision.ACCEPTED, by=pharmacist)
    services.recommend(review_id=review.id, title="Vaccin", text="Vérifier le carnet.", by=pharmacist)
    assert title in str(services.write(review_id=review.id, kind=LETTER, by=pharmacist).content)
    yesterday = clock.today() - timedelta(days=1)
    for view in treatment_of(pharmacist.practice_id, jeanne.id).lines:
        if str(view.id) in card["drugs"]:
            stop_line(line_id=view.id, on=yesterday, by=pharmacist)
    services.analyse(review_id=review.id, by=pharmacist)
    rewritten = str(services.write(review_id=review.id, kind=LETTER, by=pharmacist).content)
    assert title not in rewritten
    assert "Vérifier le carnet." in rewritten


def point(kind, level, status="fires"):
    finding = {
        "id": "X1", "kind": kind, "level": level, "status": status, "source": {"page": None},
        "title": {"fr": "T"}, "why": {"fr": "W"}, "advice": {"fr": "A"},
    }  # fmt: skip
    [_greeting, _opening, block, *_rest] = letter(
        Dossier(
            on=date(2026, 11, 20),
            sender=Sender("Pharmacie", (), "Mme A", "Pharmacien"),
            place="",
            physician=(),
            patient_name="M. B",
            patient_facts=(),
            lines=(),
            recommendations=[Recommendation({"findings": [finding]}, "accepted", "")],
            scores={},
            editions={},
        )
    ).blocks
    return block.level_word


@pytest.mark.parametrize(
    ("kind", "level", "status", "words"),
    [
        ("interaction", "ad", "fires", "Association déconseillée"),
        ("interaction", "pe", "to_confirm", "Précaution d’emploi (à confirmer)"),
        ("stopp", "ad", "fires", "Déconseillé"),
        ("start", "pe", "fires", "Traitement à envisager"),
        ("contraindication", "ci", "fires", "Contre-indication"),
    ],
)
def test_the_words_of_the_thesaurus_are_kept_for_its_interactions(kind, level, status, words):
    assert point(kind, level, status) == words
