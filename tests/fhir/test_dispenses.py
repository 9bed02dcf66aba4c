"""MedicationDispense in and out: what is taken, what is refused with its reason, what comes back the same."""

import json
from datetime import timedelta

import pytest

from epione.fhir.domain.bundle_case import case_from_bundle
from epione.fhir.public import UnreadableRecord, export_bundle, import_bundle
from epione.kernel.clock import today
from epione.prescriptions.public import DispensedBy, open_dispensings, record_dispensings, treatment_of
from epione.prescriptions.public import DispensingContent as Content

pytestmark = pytest.mark.django_db
AGO = timedelta(days=1)


def dispense(days_ago=40, **values):
    return {
        "resourceType": "MedicationDispense",
        "id": f"d{days_ago}",
        "status": "completed",
        "medicationCodeableConcept": {"text": "remède de grand-mère"},
        "subject": {"reference": "urn:uuid:p"},
        "authorizingPrescription": [{"reference": "MedicationRequest/r"}],
        "whenHandedOver": (today() - days_ago * AGO).isoformat() + "T10:00:00+01:00",
        "daysSupply": {"value": 28, "system": "http://unitsofmeasure.org", "code": "d"},
        "quantity": {"value": 56, "unit": "comprimé"},
        **values,
    }


def without(values, *names):
    return {name: value for name, value in values.items() if name not in names}


@pytest.fixture
def brought(record, pharmacist):
    """Imports the record with some dispensings: the report, and what is known of each line by its written name."""

    def bring(*resources, into=None):
        entries = [*record["entry"], *({"resource": one} for one in resources)]
        content = json.dumps(record | {"entry": entries}).encode()
        report = import_bundle(content=content, by=pharmacist, into=into)
        views = treatment_of(pharmacist.practice_id, report.patient_id).lines
        return report, {v.content.written: open_dispensings(line_id=v.id, by=pharmacist) for v in views}

    return bring


def test_dispensings_are_taken_with_their_line_and_only_once(brought):
    unsaid = without(dispense(12), "daysSupply", "quantity")
    report, supplies = brought(
        dispense(70, performer=[{"actor": {"display": "Pharmacie du Port"}}]), dispense(40), unsaid
    )
    assert (report.dispensings, report.left_aside) == (3, {"Encounter": 1})
    supply = supplies["remède de grand-mère"]
    assert [(one.content.days, one.content.quantity) for one in supply.counted] == [(None, None), (28, 56), (28, 56)]
    assert supply.counted[-1].content.dispenser == "Pharmacie du Port"
    assert {one.content.source for one in supply.counted} == {DispensedBy.FILE}
    again, _supplies = brought(dispense(70), dispense(40), dispense(5), into=report.patient_id)
    assert again.dispensings == 1


def test_a_dispensing_without_a_reference_goes_to_the_only_line_of_its_medicine(brought):
    alone = without(dispense(), "authorizingPrescription") | {"medicationCodeableConcept": {"text": "amlodipine 5 mg"}}
    _report, supplies = brought(alone)
    assert [one.content.days for one in supplies["amlodipine 5 mg"].counted] == [28]
    assert supplies["remède de grand-mère"].counted == ()


def test_boxes_of_one_day_are_put_together_and_unknown_days_stay_unknown(brought):
    _report, supplies = brought(dispense(40, id="a"), dispense(40, id="b", daysSupply={"value": 14, "code": "d"}))
    assert [one.content.days for one in supplies["remède de grand-mère"].counted] == [42]
    lost = dispense(20, id="c", daysSupply={"value": 2, "unit": "boîtes"})
    report, supplies = brought(dispense(20, id="d"), lost, into=_report.patient_id)
    assert [one.content.days for one in supplies["remède de grand-mère"].counted] == [None, 42]
    assert any("boîtes" in note["fr"] for note in report.notes)


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "declined", "preparation", "on-hold", "stopped"])
def test_what_was_not_handed_over_is_not_taken(brought, status):
    report, _supplies = brought(dispense(status=status))
    assert report.dispensings == 0


def test_a_dispensing_without_its_day_is_told(brought):
    report, _supplies = brought(without(dispense(), "whenHandedOver"))
    assert report.dispensings == 0
    assert any("whenHandedOver" in note["fr"] for note in report.notes)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"daysSupply": {"value": -28, "code": "d"}}, "-28"),
        ({"daysSupply": {"value": 0, "code": "d"}}, "de 1 à 400"),
        ({"daysSupply": {"value": 90, "code": "mo"}}, "de 1 à 400"),
        ({"quantity": {"value": -1}}, "quantité impossible"),
        ({"whenHandedOver": "2199-01-01"}, "dans le futur"),
        ({"authorizingPrescription": [{"reference": "MedicationRequest/ailleurs"}]}, "MedicationRequest/ailleurs"),
        ({"authorizingPrescription": [{"reference": "Condition/c"}]}, "inconnue"),
        ({"authorizingPrescription": []}, None),
        ({"authorizingPrescription": [], "medicationCodeableConcept": {"text": "ramipril 5 mg"}}, "aucune ligne"),
        ({"subject": {"reference": "Patient/elsewhere"}}, "Patient/elsewhere"),
    ],
)
def test_bad_input_is_refused_with_its_reason(brought, change, said):
    if said is None:
        assert brought(dispense(**change))[0].dispensings == 1
        return
    with pytest.raises(UnreadableRecord) as refused:
        brought(dispense(**change))
    assert said in refused.value.fields["file"][0]


def test_what_is_exported_comes_back_the_same(brought, pharmacist, actor, other_practice):
    report, supplies = brought(dispense(70))
    line = supplies["amlodipine 5 mg"].line
    told = [
        Content(today() - 50 * AGO, 30, 60, "comprimé", 2, "Pharmacie du Port"),
        Content(today() - 20 * AGO, None),
    ]
    record_dispensings(line_id=line.id, contents=told, by=pharmacist)
    bundle = export_bundle(patient_id=report.patient_id, by=pharmacist)
    written = [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "MedicationDispense"]
    assert len(written) == 3
    assert all(one["whenHandedOver"] and one["subject"] and one["supportingInformation"] for one in written)
    there = actor("pharmacist", practice=other_practice)
    back = import_bundle(content=json.dumps(bundle).encode(), by=there)
    assert back.dispensings == 3
    views = treatment_of(there.practice_id, back.patient_id).lines
    view = next(one for one in views if one.content.written == "amlodipine 5 mg")
    kept = [one.content.to_dict() | {"source": "here"} for one in open_dispensings(line_id=view.id, by=there).counted]
    assert kept == [one.to_dict() for one in reversed(told)]


def test_a_case_read_from_a_file_has_its_dispensings(record):
    entries = [*record["entry"], {"resource": dispense(40)}, {"resource": dispense(9, status="cancelled")}]
    case = case_from_bundle(record | {"entry": entries})
    given = {drug["name"]: drug.get("dispensings") for drug in case["drugs"]}
    on = (today() - 40 * AGO).isoformat()
    assert given == {"amlodipine 5 mg": None, "remède de grand-mère": [{"date": on, "days": 28}]}
