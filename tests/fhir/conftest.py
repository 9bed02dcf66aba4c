"""A small record in FHIR R4, written for these tests, and the person who imports it."""

import copy
import json

import pytest

RECORD = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {
            "fullUrl": "urn:uuid:p",
            "resource": {
                "resourceType": "Patient",
                "id": "p",
                "name": [
                    {"use": "official", "family": "Martin", "given": ["Odette"]},
                    {"use": "usual", "family": "Vasseur", "given": ["Odette"]},
                ],
                "gender": "female",
                "birthDate": "1940-02-29",
                "telecom": [{"system": "phone", "value": "01 02 03 04 05"}],
                "address": [{"line": ["3 rue des Lilas"], "postalCode": "29200", "city": "Brest"}],
            },
        },
        {
            "resource": {
                "resourceType": "AllergyIntolerance",
                "id": "a",
                "code": {"text": "Amoxicilline", "coding": [{"system": "http://www.whocc.no/atc", "code": "J01CA04"}]},
                "patient": {"reference": "urn:uuid:p"},
                "reaction": [{"manifestation": [{"text": "urticaire"}]}],
            }
        },
        {
            "resource": {
                "resourceType": "Condition",
                "id": "c",
                "code": {
                    "text": "Fibrillation atriale",
                    "coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "I48"}],
                },
                "subject": {"reference": "Patient/p"},
                "onsetDateTime": "2021-05",
            }
        },
        {
            "resource": {
                "resourceType": "Observation",
                "id": "o",
                "status": "final",
                "code": {"coding": [{"system": "http://loinc.org", "code": "2160-0"}]},
                "subject": {"reference": "urn:uuid:p"},
                "effectiveDateTime": "2026-10-01T08:00:00+02:00",
                "valueQuantity": {"value": 1.2, "unit": "mg/dL", "code": "mg/dL"},
            }
        },
        {
            "resource": {
                "resourceType": "MedicationStatement",
                "id": "m",
                "status": "active",
                "contained": [{"resourceType": "Medication", "id": "med", "code": {"text": "amlodipine 5 mg"}}],
                "medicationReference": {"reference": "#med"},
                "subject": {"reference": "urn:uuid:p"},
                "effectivePeriod": {"start": "2024-01-01"},
                "dosage": [{"text": "1-0-1"}],
                "reasonCode": [{"text": "HTA"}],
            }
        },
        {
            "resource": {
                "resourceType": "MedicationRequest",
                "id": "r",
                "status": "active",
                "intent": "order",
                "medicationCodeableConcept": {"text": "remède de grand-mère"},
                "subject": {"reference": "urn:uuid:p"},
                "authoredOn": "2026-01-05",
                "dosageInstruction": [
                    {
                        "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "wk"}},
                        "doseAndRate": [{"doseQuantity": {"value": 10, "unit": "mg"}}],
                    }
                ],
            }
        },
        {"resource": {"resourceType": "Encounter", "id": "e", "status": "finished"}},
    ],
}


@pytest.fixture
def record():
    """The record, free to be changed."""
    return copy.deepcopy(RECORD)


@pytest.fixture
def resource(record):
    """One resource of the record by its type."""
    return lambda kind: next(e["resource"] for e in record["entry"] if e["resource"]["resourceType"] == kind)


@pytest.fixture
def pharmacist(actor):
    return actor("pharmacist")


def packed(record):
    """The record as a file."""
    return json.dumps(record).encode()
