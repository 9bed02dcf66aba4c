"""A record as FHIR R4 resources: identity with its INS, entries with their codes, measurements in UCUM units."""

import base64
from collections.abc import Mapping
from typing import Any

from epione.patients.domain.observations import MEASURES
from epione.patients.domain.record import Fact, FactKind, Identity

from . import systems

_QUALIFIED = frozenset({"VALI", "QUAL"})
_CRITICALITIES = frozenset({"low", "high", "unable-to-assess"})
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_ALLERGY_CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def patient_of(patient_id: str, identity: Identity) -> dict[str, Any]:
    """The Patient. An INS travels only with a qualified identity."""
    contacts = [("phone", identity.phone), ("email", identity.email)]
    number = {"system": systems.RPPS, "value": identity.physician_rpps} if identity.physician_rpps else None
    doctor = _kept({"display": identity.physician, "identifier": number})
    return _kept({
        "resourceType": "Patient",
        "id": patient_id,
        "extension": _patient_extensions(identity),
        "identifier": _identifiers(identity),
        "name": _names(identity),
        "telecom": [{"system": system, "value": value} for system, value in contacts if value],
        "gender": identity.sex.value,
        "birthDate": identity.birth_date.isoformat(),
        "address": [{"text": identity.address}] if identity.address else None,
        "generalPractitioner": [doctor] if doctor else None,
    })  # fmt: skip


def _patient_extensions(identity: Identity) -> list[dict[str, Any]]:
    status = {"system": systems.RELIABILITY_CODES, "code": identity.identity_status}
    given: list[dict[str, Any]] = [{"url": systems.RELIABILITY, "valueCoding": status}]
    return given + (
        [{"url": systems.HISTORY, "valueString": identity.medical_history}] if identity.medical_history else []
    )


def _identifiers(identity: Identity) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if identity.ins and identity.identity_status in _QUALIFIED:
        found.append({"use": "official", "system": systems.OID + identity.ins_oid, "value": identity.ins})
    if identity.social_security:
        kind = {"coding": [{"system": systems.IDENTIFIER_TYPES, "code": "SS"}]}
        found.append({"type": kind, "system": systems.NIR, "value": identity.social_security})
    if identity.medical_id:
        found.append({"use": "usual", "system": systems.RECORD, "value": identity.medical_id})
    return found


def _names(identity: Identity) -> list[dict[str, Any]]:
    given = [identity.first_name]
    if identity.birth_name:
        official = {"use": "official", "family": identity.birth_name, "given": given}
        return [official, {"use": "usual", "family": identity.last_name, "given": given}]
    return [{"use": "official", "family": identity.last_name, "given": given}]


def resource_of(fact: Fact, subject: str) -> dict[str, Any]:
    """An entry of the record as a resource about `subject` ("urn:uuid:…")."""
    writers = {
        FactKind.ALLERGY: _allergy,
        FactKind.PROBLEM: _problem,
        FactKind.OBSERVATION: _observation,
        FactKind.FLAG: _flag,
        FactKind.COVERAGE: _coverage,
        FactKind.NOTE: _note,
    }
    on = fact.on.isoformat() if fact.on else None
    return _kept({"id": str(fact.id)} | writers[fact.kind](fact.content, on, {"reference": subject}))


def _coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def _allergy(content: dict[str, Any], on: str | None, subject: dict[str, str]) -> dict[str, Any]:
    if content.get("none_known"):
        code: dict[str, Any] = _coded(systems.SNOMED, systems.NO_KNOWN_ALLERGY)
    else:
        code = {"text": content["substance"]} | (_coded(systems.ATC, content["atc"]) if content.get("atc") else {})
    reaction = [{"manifestation": [{"text": content["reaction"]}]}] if content.get("reaction") else None
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": _coded(_ALLERGY_CLINICAL, "active"),
        "code": code,
        "patient": subject,
        "onsetDateTime": on,
        "reaction": reaction,
        "criticality": content.get("severity") if content.get("severity") in _CRITICALITIES else None,
    }


def _problem(content: dict[str, Any], on: str | None, subject: dict[str, str]) -> dict[str, Any]:
    status = content.get("status")
    code = _coded(systems.ICD10, content["icd10"]) | {"text": content.get("label") or content["icd10"]}
    return {"resourceType": "Condition", "clinicalStatus": _coded(_CLINICAL, status) if status else None, "code": code,
            "subject": subject, "onsetDateTime": on}  # fmt: skip


def _observation(content: dict[str, Any], on: str | None, subject: dict[str, str]) -> dict[str, Any]:
    measure = MEASURES[content["code"]]
    codes = [{"system": systems.LOINC, "code": measure.loinc, "display": measure.en}] if measure.loinc else []
    codes.append({"system": systems.MEASURE, "code": measure.code})
    quantity = {"value": content["value"], "unit": content["unit"], "system": systems.UCUM, "code": content["unit"]}
    return {"resourceType": "Observation", "status": "final", "code": {"coding": codes, "text": measure.fr},
            "subject": subject, "effectiveDateTime": on, "valueQuantity": quantity}  # fmt: skip


def _flag(content: dict[str, Any], on: str | None, subject: dict[str, str]) -> dict[str, Any]:
    return {"resourceType": "Flag", "status": "active" if content["value"] else "inactive",
            "code": _coded(systems.FLAG, content["name"]), "subject": subject,
            "period": {"start": on} if on else None}  # fmt: skip


def _coverage(content: dict[str, Any], _on: str | None, subject: dict[str, str]) -> dict[str, Any]:
    period = _kept({"start": content["start"], "end": content.get("end")})
    return {"resourceType": "Coverage", "status": "active", "type": _coded(systems.COVERAGE, content["kind"]),
            "beneficiary": subject, "payor": [{"display": "Assurance maladie"}], "period": period}  # fmt: skip


def _note(content: dict[str, Any], on: str | None, subject: dict[str, str]) -> dict[str, Any]:
    data = base64.b64encode(content["text"].encode()).decode()
    attachment = _kept({"contentType": "text/plain; charset=utf-8", "data": data, "title": content.get("title")})
    return {"resourceType": "DocumentReference", "status": "current", "subject": subject,
            "date": f"{on}T00:00:00Z" if on else None, "content": [{"attachment": attachment}]}  # fmt: skip


def bundle_of(patient_id: str, resources: list[dict[str, Any]], timestamp: str) -> dict[str, Any]:
    """The Bundle of a record; each entry has the address by which the others name it."""
    entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources]
    return {"resourceType": "Bundle", "id": patient_id, "type": "collection", "timestamp": timestamp, "entry": entries}
