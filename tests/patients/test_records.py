"""The patient record: creation, search, correction, merge, isolation."""

from dataclasses import replace
from datetime import date

import pytest

from epione.kernel.errors import Forbidden, Invalid
from epione.patients import queries
from epione.patients.domain.record import FactKind, Identity, Sex
from epione.patients.errors import (
    CannotMerge,
    IdentifierTaken,
    PatientNotFound,
    ProbableDuplicate,
    RecordClosed,
    VersionConflict,
)
from epione.patients.models import Patient
from epione.patients.public import (
    NewFact,
    add_facts,
    correct_fact,
    create_patient,
    delete_patient,
    merge_patients,
    open_patient,
    retract_fact,
    search_patients,
    set_care_team,
    unmerge_patient,
    update_identity,
)

pytestmark = pytest.mark.django_db

JEANNE = Identity("Jeanne", "Vasseur", date(1942, 3, 12), Sex.FEMALE, social_security="242037511609154")


@pytest.fixture
def pharmacist(actor):
    return actor("pharmacist")


@pytest.fixture
def jeanne(pharmacist):
    return create_patient(identity=JEANNE, by=pharmacist)


def names(page):
    return [card.identity.display for card in page.cards]


def test_a_patient_is_read_back_as_written(pharmacist, jeanne):
    record = open_patient(patient_id=jeanne.id, by=pharmacist)
    assert replace(record.card.identity, medical_id="") == JEANNE
    assert record.card.identity.medical_id.startswith("EP-")


def test_nothing_of_the_identity_is_readable_in_the_database(jeanne):
    row = Patient.objects.get(id=jeanne.id)
    assert b"Vasseur" not in bytes(row.sealed)
    assert b"1942" not in bytes(row.sealed)


@pytest.mark.parametrize(
    "typed",
    [
        "vasseur",
        "VASS",
        "jeanne vass",
        "vas jea",
        "Vasseur 12/03/1942",
        "1942-03-12",
        "2 42 03 75 116",
        "vâsseur",
        "vaseurs",
    ],
)
def test_she_is_found_as_people_type(pharmacist, jeanne, typed):
    create_patient(identity=Identity("Bernard", "Leroux", date(1950, 1, 2)), by=pharmacist)
    assert names(search_patients(text=typed, by=pharmacist)) == ["VASSEUR Jeanne"]


@pytest.mark.parametrize("typed", ["asseur", "vasseur paul", "vasseur 13/03/1942", "1 42 03 75"])
def test_she_is_not_found_by_what_is_not_hers(pharmacist, jeanne, typed):
    assert names(search_patients(text=typed, by=pharmacist)) == []


def test_a_probable_twin_is_shown_before_creation(pharmacist, jeanne):
    twin = Identity("Jane", "Vaseur", date(1942, 3, 12))
    with pytest.raises(ProbableDuplicate) as refused:
        create_patient(identity=twin, by=pharmacist)
    assert refused.value.facts["candidates"] == [str(jeanne.id)]
    assert create_patient(identity=twin, by=pharmacist, confirmed_distinct=True).identity.first_name == "Jane"


def test_the_same_nir_is_never_given_to_two_patients(pharmacist, jeanne):
    other = replace(JEANNE, first_name="Paul", last_name="Autre", birth_date=date(1980, 1, 1))
    with pytest.raises(IdentifierTaken):
        create_patient(identity=other, by=pharmacist, confirmed_distinct=True)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"birth_date": date(2126, 1, 1)}, "birth_date"),
        ({"birth_date": date(1820, 1, 1)}, "birth_date"),
        ({"social_security": "242037511609100"}, "social_security"),
        ({"social_security": "2420375116091"}, "social_security"),
        ({"social_security": "242032C11609180"}, "social_security"),
        ({"last_name": "  "}, "last_name"),
        ({"email": "jeanne"}, "email"),
        ({"medical_history": "x" * 5000}, "medical_history"),
    ],
)
def test_a_wrong_identity_is_refused_with_its_field(pharmacist, change, field):
    with pytest.raises(Invalid) as refused:
        create_patient(identity=replace(JEANNE, **change), by=pharmacist)
    assert list(refused.value.fields) == [field]


def test_two_people_who_correct_at_once_never_lose_a_change(pharmacist, jeanne):
    update_identity(patient_id=jeanne.id, identity=replace(JEANNE, phone="0102030405"), version=1, by=pharmacist)
    with pytest.raises(VersionConflict) as refused:
        update_identity(patient_id=jeanne.id, identity=replace(JEANNE, phone="0600000000"), version=1, by=pharmacist)
    assert refused.value.facts["current"]["phone"] == "0102030405"
    assert open_patient(patient_id=jeanne.id, by=pharmacist).card.identity.phone == "0102030405"


def test_a_corrected_name_is_found_and_the_former_is_not(pharmacist, jeanne):
    update_identity(patient_id=jeanne.id, identity=replace(JEANNE, last_name="Moreau"), version=1, by=pharmacist)
    assert names(search_patients(text="moreau", by=pharmacist)) == ["MOREAU Jeanne"]
    assert names(search_patients(text="vasseur", by=pharmacist)) == []


def test_a_deleted_patient_leaves_lists_and_keeps_her_row(pharmacist, jeanne):
    delete_patient(patient_id=jeanne.id, reason="created twice", by=pharmacist)
    assert names(search_patients(text="vasseur", by=pharmacist)) == []
    assert Patient.objects.filter(id=jeanne.id).exists()
    with pytest.raises(PatientNotFound):
        open_patient(patient_id=jeanne.id, by=pharmacist)


def test_another_practice_sees_nothing(pharmacist, jeanne, actor, other_practice):
    stranger = actor("pharmacist", practice=other_practice)
    assert names(search_patients(text="vasseur", by=stranger)) == []
    with pytest.raises(PatientNotFound):
        open_patient(patient_id=jeanne.id, by=stranger)
    with pytest.raises(PatientNotFound):
        update_identity(patient_id=jeanne.id, identity=JEANNE, version=1, by=stranger)
    create_patient(identity=JEANNE, by=stranger)


def test_merged_records_are_read_as_one_and_can_be_parted(pharmacist, jeanne):
    twin = create_patient(
        identity=Identity("Jane", "Vaseur", date(1942, 3, 12)), by=pharmacist, confirmed_distinct=True
    )
    potassium = NewFact(FactKind.OBSERVATION, {"code": "potassium", "value": 5.1, "unit": "mmol/L"}, date(2026, 11, 1))
    add_facts(patient_id=twin.id, facts=[potassium], by=pharmacist)
    merged = merge_patients(kept_id=jeanne.id, merged_id=twin.id, reason="same person", by=pharmacist)
    assert merged.latest("potassium").content["value"] == 5.1
    assert names(search_patients(text="vaseur", by=pharmacist)) == ["VASSEUR Jeanne"]
    with pytest.raises(CannotMerge):
        merge_patients(kept_id=jeanne.id, merged_id=twin.id, reason="again", by=pharmacist)
    unmerge_patient(merged_id=twin.id, by=pharmacist)
    assert open_patient(patient_id=jeanne.id, by=pharmacist).latest("potassium") is None


def test_a_correction_keeps_the_former_version(pharmacist, jeanne):
    [fact] = add_facts(
        patient_id=jeanne.id, facts=[NewFact(FactKind.ALLERGY, {"substance": "Penicilline"})], by=pharmacist
    )
    after = correct_fact(fact_id=fact.id, content={"substance": "Pénicilline"}, on=None, by=pharmacist)
    assert [f.content["substance"] for f in queries.fact_history(pharmacist.practice_id, after.id)] == [
        "Pénicilline",
        "Penicilline",
    ]
    with pytest.raises(VersionConflict):
        correct_fact(fact_id=fact.id, content={"substance": "Autre"}, on=None, by=pharmacist)


def test_unknown_allergies_are_not_no_allergies(pharmacist, jeanne):
    assert open_patient(patient_id=jeanne.id, by=pharmacist).allergies_known is None
    [none] = add_facts(patient_id=jeanne.id, facts=[NewFact(FactKind.ALLERGY, {"none_known": True})], by=pharmacist)
    assert open_patient(patient_id=jeanne.id, by=pharmacist).allergies_known is False
    retract_fact(fact_id=none.id, reason="asked again", by=pharmacist)
    assert open_patient(patient_id=jeanne.id, by=pharmacist).allergies_known is None
    add_facts(patient_id=jeanne.id, facts=[NewFact(FactKind.ALLERGY, {"substance": "Iode"})], by=pharmacist)
    assert open_patient(patient_id=jeanne.id, by=pharmacist).allergies_known is True


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"code": "creatinine", "value": 1.2, "unit": "µmol/L"}, "value"),
        ({"code": "creatinine", "value": 132, "unit": ""}, "unit"),
        ({"code": "potassium", "value": 51, "unit": "mmol/L"}, "value"),
        ({"code": "potassium", "value": "many", "unit": "mmol/L"}, "value"),
        ({"code": "charm", "value": 3, "unit": "mmol/L"}, "code"),
    ],
)
def test_an_impossible_measurement_is_questioned(pharmacist, jeanne, content, field):
    with pytest.raises(Invalid) as refused:
        add_facts(patient_id=jeanne.id, facts=[NewFact(FactKind.OBSERVATION, content)], by=pharmacist)
    assert list(refused.value.fields) == [field]


def test_milligrams_of_creatinine_are_kept_in_micromoles(pharmacist, jeanne):
    fact = NewFact(FactKind.OBSERVATION, {"code": "creatinine", "value": 1.2, "unit": "mg/dL"}, date(2026, 11, 1))
    [stored] = add_facts(patient_id=jeanne.id, facts=[fact], by=pharmacist)
    assert stored.content == {"code": "creatinine", "value": 106.08, "unit": "umol/L", "typed": "1.2 mg/dL"}


def test_a_report_is_kept_whole_or_not_at_all(pharmacist, jeanne):
    good = NewFact(FactKind.OBSERVATION, {"code": "potassium", "value": 5.1, "unit": "mmol/L"})
    bad = NewFact(FactKind.OBSERVATION, {"code": "sodium", "value": 1, "unit": "mmol/L"})
    with pytest.raises(Invalid):
        add_facts(patient_id=jeanne.id, facts=[good, bad], by=pharmacist)
    assert open_patient(patient_id=jeanne.id, by=pharmacist).facts == ()


def test_a_secretary_sees_the_identity_alone(actor, pharmacist, jeanne):
    add_facts(patient_id=jeanne.id, facts=[NewFact(FactKind.ALLERGY, {"substance": "Iode"})], by=pharmacist)
    secretary = actor("secretary")
    record = open_patient(patient_id=jeanne.id, by=secretary)
    assert record.card.identity.last_name == "Vasseur"
    assert record.facts == ()
    with pytest.raises(Forbidden):
        add_facts(patient_id=jeanne.id, facts=[NewFact(FactKind.ALLERGY, {"substance": "Iode"})], by=secretary)


def test_an_administrator_does_not_open_records(actor, jeanne):
    with pytest.raises(Forbidden):
        open_patient(patient_id=jeanne.id, by=actor("admin"))


def test_outside_the_care_team_a_record_is_closed_but_for_an_emergency(actor, pharmacist, jeanne):
    nurse = actor("nurse")
    open_patient(patient_id=jeanne.id, by=nurse)
    set_care_team(patient_id=jeanne.id, user_ids=[pharmacist.id], by=pharmacist)
    with pytest.raises(RecordClosed):
        open_patient(patient_id=jeanne.id, by=nurse)
    emergency = replace(nurse, break_glass=jeanne.id)
    assert open_patient(patient_id=jeanne.id, by=emergency).card.id == jeanne.id
