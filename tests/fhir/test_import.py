"""Records that come in: what is taken, what is told, what is refused, and that nothing is added twice."""

import json
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from epione.fhir.errors import OtherPatient
from epione.fhir.public import UnreadableRecord, export_bundle, import_bundle
from epione.kernel.clock import today
from epione.kernel.errors import Forbidden
from epione.patients.domain.record import FactKind
from epione.patients.models import Patient
from epione.patients.public import ProbableDuplicate, record_of
from epione.prescriptions.public import Source, treatment_of

pytestmark = pytest.mark.django_db


def packed(record):
    return json.dumps(record).encode()


def imported(record, by, **options):
    report = import_bundle(content=packed(record), by=by, **options)
    return report, record_of(by.practice_id, report.patient_id), treatment_of(by.practice_id, report.patient_id)


def test_identity_entries_and_lines_are_taken(record, pharmacist):
    report, patient, treatment = imported(record, pharmacist)
    identity = patient.card.identity
    assert (identity.last_name, identity.first_name, identity.birth_name) == ("Vasseur", "Odette", "Martin")
    assert identity.birth_date == date(1940, 2, 29)
    assert identity.address == "3 rue des Lilas, 29200 Brest"
    assert [f.content for f in patient.of(FactKind.ALLERGY)] == [
        {"substance": "Amoxicilline", "atc": "J01CA04", "reaction": "urticaire"}
    ]
    assert [f.content["icd10"] for f in patient.of(FactKind.PROBLEM)] == ["I48"]
    creatinine = patient.latest("creatinine")
    assert (round(creatinine.content["value"], 2), creatinine.content["unit"]) == (106.08, "umol/L")
    assert creatinine.on == date(2026, 10, 1)
    lines = {line.content.written: line for line in treatment.lines}
    assert lines["amlodipine 5 mg"].line.daily_mg == 10
    assert lines["amlodipine 5 mg"].content.indication == "HTA"
    assert (report.facts, report.lines, report.left_aside) == (3, 2, {"Encounter": 1})


def test_an_unknown_medicine_stays_visible_with_its_structured_dose(record, pharmacist):
    report, _patient, treatment = imported(record, pharmacist)
    assert report.unknown_medicines == ("remède de grand-mère",)
    line = next(line for line in treatment.lines if line.content.written.startswith("remède"))
    assert not line.drug.checkable
    assert line.intake.dose_value == 10
    assert line.intake.per_day == pytest.approx(1 / 7)
    assert line.content.source is Source.PRESCRIBED


def test_the_same_file_twice_is_shown_as_a_twin_then_adds_nothing(record, pharmacist):
    report, _patient, _treatment = imported(record, pharmacist)
    with pytest.raises(ProbableDuplicate) as twins:
        imported(record, pharmacist)
    assert twins.value.facts["candidates"] == [str(report.patient_id)]
    again, _patient, treatment = imported(record, pharmacist, into=report.patient_id)
    assert (again.facts, again.lines, again.already_there) == (0, 0, 5)
    assert len(treatment.lines) == 2


def test_dangling_references_are_named_and_nothing_is_kept(record, resource, pharmacist):
    resource("Condition")["subject"] = {"reference": "Patient/elsewhere"}
    resource("MedicationStatement")["medicationReference"] = {"reference": "#lost"}
    with pytest.raises(UnreadableRecord) as refused:
        imported(record, pharmacist)
    assert "#lost, Patient/elsewhere" in refused.value.fields["file"][0]
    assert not Patient.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b"   ", "vide"),
        (b"<Bundle/>", "JSON"),
        (b"\xff\xfe{", "UTF-8"),
        (b"[]", "resourceType"),
        (b"{}", "resourceType"),
        (b'{"resourceType": "Bundle", "type": "history"}', "history"),
        (b'{"resourceType": "Bundle", "type": "collection"}', "0 patients"),
        (b'{"resourceType": "Patient", "birthDate": "1940-01-01"}', "nom"),
        (b'{"resourceType": "Patient", "name": [{"family": "A", "given": ["B"]}], "birthDate": "1940"}', "naissance"),
        (b"[" * 100_000, "JSON"),
    ],
)
def test_a_file_that_is_no_record_says_why(pharmacist, content, said):
    with pytest.raises(UnreadableRecord) as refused:
        import_bundle(content=content, by=pharmacist)
    assert said in refused.value.fields["file"][0]


def test_another_version_of_fhir_is_refused_by_what_it_states(record, pharmacist):
    record["meta"] = {"profile": ["http://hl7.org/fhir/StructureDefinition/Bundle|5.0.0"]}
    with pytest.raises(UnreadableRecord, match="R4"):
        imported(record, pharmacist)


def test_another_version_of_fhir_is_refused_by_its_shape(record, resource, pharmacist):
    statement = resource("MedicationStatement")
    statement["medication"] = {"concept": {"text": "amlodipine"}}
    with pytest.raises(UnreadableRecord, match="R4"):
        imported(record, pharmacist)


def test_two_patients_are_refused(record, pharmacist):
    record["entry"].append({"resource": {"resourceType": "Patient", "id": "q"}})
    with pytest.raises(UnreadableRecord, match="2 patients"):
        imported(record, pharmacist)


def test_a_creatinine_in_a_doubtful_unit_is_told_not_taken(record, resource, pharmacist):
    resource("Observation")["valueQuantity"] = {"value": 1.2, "unit": "umol/L"}
    report, patient, _treatment = imported(record, pharmacist)
    assert patient.latest("creatinine") is None
    assert any("1.2 umol/L" in note["fr"] for note in report.notes)


def test_what_was_entered_in_error_is_not_taken(record, resource, pharmacist):
    resource("MedicationStatement")["status"] = "entered-in-error"
    resource("Condition")["verificationStatus"] = {"coding": [{"code": "refuted"}]}
    report, patient, _treatment = imported(record, pharmacist)
    assert report.lines == 1
    assert patient.of(FactKind.PROBLEM) == ()


def test_a_treatment_that_is_over_is_never_shown_as_current(record, resource, pharmacist):
    statement = resource("MedicationStatement")
    statement["status"] = "completed"
    del statement["effectivePeriod"]
    report, _patient, treatment = imported(record, pharmacist)
    assert [line.content.written for line in treatment.current()] == ["remède de grand-mère"]
    assert treatment.past()[0].content.end == today() - timedelta(days=1)
    assert any("sans date de fin" in note["fr"] for note in report.notes)


def test_a_posology_that_is_not_understood_waits_for_a_person(record, resource, pharmacist):
    resource("MedicationStatement")["dosage"] = [{"text": "selon protocole"}]
    _report, _patient, treatment = imported(record, pharmacist)
    line = next(line for line in treatment.lines if line.content.written == "amlodipine 5 mg")
    assert line.content.posology == "selon protocole"
    assert not line.content.confirmed
    assert line.line.daily_mg is None


def test_no_known_allergy_is_a_statement(record, resource, pharmacist):
    resource("AllergyIntolerance")["code"] = {"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]}
    _report, patient, _treatment = imported(record, pharmacist)
    assert patient.allergies_known is False


def test_an_ins_without_qualified_status_is_not_taken(record, resource, pharmacist):
    number = {"system": "urn:oid:1.2.250.1.213.1.4.8", "value": "240029912345678"}
    resource("Patient")["identifier"] = [number]
    report, patient, _treatment = imported(record, pharmacist)
    assert patient.card.identity.ins == ""
    assert any("INS" in note["fr"] for note in report.notes)


def test_a_nurse_does_not_import(record, actor):
    with pytest.raises(Forbidden):
        imported(record, actor("nurse"))


def test_the_page_imports_shows_twins_and_says_what_is_wrong(record, client_as, pharmacist):
    browser = client_as(by=pharmacist)

    def send(content, **fields):
        return browser.post("/patients/import/", {"file": SimpleUploadedFile("r.json", content), **fields})

    done = send(packed(record))
    assert done.status_code == 200
    assert "remède de grand-mère" in done.content.decode()
    twin = send(packed(record))
    assert twin.status_code == 409
    patient_id = Patient.objects.get().id
    assert f'value="{patient_id}"' in twin.content.decode()
    assert send(packed(record), into=str(patient_id)).status_code == 200
    wrong = send(b"{")
    assert wrong.status_code == 422
    assert "JSON" in wrong.content.decode()


def test_the_empty_list_of_patients_proposes_the_import(client_as):
    assert "/patients/import/" in client_as("pharmacist").get("/patients/").content.decode()


def test_another_practice_cannot_export(record, pharmacist, client_as, other_practice):
    report, _patient, _treatment = imported(record, pharmacist)
    assert (
        client_as("pharmacist", practice=other_practice).get(f"/patients/{report.patient_id}/export/").status_code
        == 404
    )
    answer = client_as(by=pharmacist).get(f"/patients/{report.patient_id}/export/")
    assert answer["Content-Type"] == "application/fhir+json"
    assert json.loads(answer.content)["resourceType"] == "Bundle"
    assert export_bundle(patient_id=report.patient_id, by=pharmacist)["type"] == "collection"


def test_several_dosages_of_a_line_are_all_taken_and_told(record, resource, pharmacist):
    resource("MedicationStatement")["dosage"] = [
        {"text": "10 mg le matin", "doseAndRate": [{"doseQuantity": {"value": 10, "unit": "mg"}}]},
        {"text": "5 mg le soir", "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}]},
    ]
    report, _patient, treatment = imported(record, pharmacist)
    line = next(line for line in treatment.lines if line.content.written == "amlodipine 5 mg")
    assert line.line.daily_mg == 15
    assert any("plusieurs posologies" in note["fr"] for note in report.notes)


def test_a_dose_of_named_days_is_no_daily_dose(record, resource, pharmacist):
    timing = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", "dayOfWeek": ["mon"]}}
    resource("MedicationRequest")["dosageInstruction"][0]["timing"] = timing
    _report, _patient, treatment = imported(record, pharmacist)
    line = next(line for line in treatment.lines if line.content.written.startswith("remède"))
    assert line.intake.per_day == pytest.approx(1 / 7)


def test_a_record_of_somebody_else_never_goes_into_a_patient(record, resource, pharmacist):
    report, _patient, _treatment = imported(record, pharmacist)
    resource("Patient")["birthDate"] = "1951-07-01"
    with pytest.raises(OtherPatient):
        imported(record, pharmacist, into=report.patient_id)
