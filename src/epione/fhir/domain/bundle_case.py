"""From a FHIR R4 Bundle to the JSON case of a medication review; what a reference does not lead to is named."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from epione.medication_reviews.domain.case import BadCase, Fault
from epione.patients.domain.observations import measure_of

Resource = Mapping[str, Any]

_TAKEN = frozenset({"active", "intended", "unknown", "on-hold", "completed", "stopped", "draft", ""})
_WRONG = frozenset({"entered-in-error", "refuted", "not-taken", "cancelled"})
_NO_ALLERGY = frozenset({"716186003", "409137002", "no-known-allergy", "nka"})
_CIP13 = re.compile(r"34\d{11}")
_CIS = re.compile(r"6\d{7}")
_ATC = re.compile(r"[A-Z]\d{2}[A-Z]{2}\d{2}")
_ICD10 = re.compile(r"[A-Z]\d{2}(\.?[0-9A-Z]{1,4})?")
_DAYS = {"s": 1 / 86_400, "min": 1 / 1_440, "h": 1 / 24, "d": 1.0, "wk": 7.0, "mo": 30.0, "a": 365.0}


_TO_LINES = ("authorizingPrescription", "supportingInformation")
_IN_DAYS = frozenset({"d", "day", "days", "j", "jour", "jours"})


def case_from_bundle(bundle: Any) -> dict[str, Any]:
    """The case that a Bundle tells, in the format of `medication_reviews.domain.case_json`.

    Raises BadCase when it is not a Bundle or speaks of several patients. References that lead nowhere are listed under
    `dangling`; their medicine stays, under the name that is known of it, so that nothing is dropped in silence.
    """
    if not isinstance(bundle, Mapping) or bundle.get("resourceType") != "Bundle":
        raise _refuse("un Bundle FHIR R4 est attendu", "a FHIR R4 Bundle is expected")
    reader = _Bundle(bundle)
    patients = reader.of("Patient")
    if len(patients) > 1:
        raise _refuse("le Bundle décrit plusieurs patients", "the Bundle describes several patients")
    statements = [*reader.of("MedicationStatement"), *reader.of("MedicationRequest")]
    case: dict[str, Any] = {
        "id": str((patients[0] if patients else bundle).get("id") or bundle.get("id") or ""),
        "patient": _patient(patients[0]) if patients else {},
        "drugs": [drug | reader.dispensings(one) for one in statements if (drug := reader.drug(one)) is not None],
        "observations": [found for one in reader.of("Observation") for found in _observations(one)],
    }
    for name, kind, read in (
        ("conditions", "Condition", _condition),
        ("allergies", "AllergyIntolerance", _allergy),
        ("vaccinations", "Immunization", _vaccination),
    ):
        written = [one for one in reader.of(kind) if _valid(one)]
        if written:
            case[name] = [found for one in written if (found := read(one)) is not None]
    reader.check_subjects()
    return case | ({"dangling": sorted(reader.dangling)} if reader.dangling else {})


def _refuse(french: str, english: str) -> BadCase:
    return BadCase([Fault("Bundle", {"fr": french, "en": english})])


class _Bundle:
    """The resources of a Bundle, by type and by every way of naming them."""

    def __init__(self, bundle: Resource) -> None:
        entries = bundle.get("entry")
        self.resources: list[Resource] = []
        self._by_reference: dict[str, Resource] = {}
        self.dangling: set[str] = set()
        for entry in entries if isinstance(entries, list) else []:
            resource = entry.get("resource") if isinstance(entry, Mapping) else None
            if isinstance(resource, Mapping):
                self.resources.append(resource)
                names = (str(entry.get("fullUrl") or ""), f"{resource.get('resourceType')}/{resource.get('id')}")
                self._by_reference.update(dict.fromkeys(filter(None, names), resource))

    def of(self, kind: str) -> list[Resource]:
        """The resources of a type."""
        return [one for one in self.resources if one.get("resourceType") == kind]

    def find(self, reference: Any, inside: Resource) -> Resource | None:
        """The resource that a reference names, None (and noted) when the Bundle lacks it."""
        written = str(reference.get("reference") or "") if isinstance(reference, Mapping) else ""
        if not written:
            return None
        if written.startswith("#"):
            contained = [one for one in _list(inside.get("contained")) if isinstance(one, Mapping)]
            found = next((one for one in contained if f"#{one.get('id')}" == written), None)
        else:
            short = "/".join(written.split("/")[-2:])
            found = self._by_reference.get(written) or self._by_reference.get(short)
        if found is None:
            self.dangling.add(written)
        return found

    def check_subjects(self) -> None:
        """Note the patients that resources name and that are not there."""
        for one in self.resources:
            for field in ("subject", "patient"):
                if isinstance(one.get(field), Mapping):
                    self.find(one[field], one)

    def drug(self, one: Resource) -> dict[str, Any] | None:
        """One medicine of a MedicationStatement or MedicationRequest; None when it was never taken."""
        status = str(one.get("status") or "")
        if status in _WRONG or status not in _TAKEN:
            return None
        concept = one.get("medicationCodeableConcept")
        reference = one.get("medicationReference")
        if not isinstance(concept, Mapping):
            medication = self.find(reference, one)
            concept = (medication or {}).get("code")
        drug = _names(concept)
        if not drug and isinstance(reference, Mapping):
            drug = {"name": str(reference.get("display") or reference.get("reference") or "?")}
        return (drug or {"name": "?"}) | _dosage(one) | _period(one, status)

    def dispensings(self, line: Resource) -> dict[str, Any]:
        """What was handed over for a line that names it (`authorizingPrescription` or `supportingInformation`)."""
        given = [
            _dispensing(one)
            for one in self.of("MedicationDispense")
            if str(one.get("status") or "completed") == "completed"
            and any(self._names_line(reference, line) for name in _TO_LINES for reference in _list(one.get(name)))
        ]
        return {"dispensings": given} if given else {}

    def _names_line(self, reference: Any, line: Resource) -> bool:
        written = str(reference.get("reference") or "") if isinstance(reference, Mapping) else ""
        found = self._by_reference.get(written) or self._by_reference.get("/".join(written.split("/")[-2:]))
        return found is line


def _dispensing(one: Resource) -> dict[str, Any]:
    """Its day, and its days of supply when they are said in days; the case refuses what cannot be."""
    supply = one.get("daysSupply")
    supply = supply if isinstance(supply, Mapping) else {}
    days = supply.get("value") if str(supply.get("code") or supply.get("unit") or "d") in _IN_DAYS else None
    return {"date": str(one.get("whenHandedOver") or "")[:10], "days": days}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _codings(concept: Any) -> Iterable[tuple[str, str, str]]:
    """(system, code, display) of a CodeableConcept."""
    for coding in _list(concept.get("coding")) if isinstance(concept, Mapping) else []:
        if isinstance(coding, Mapping):
            yield (
                str(coding.get("system") or "").lower(),
                str(coding.get("code") or ""),
                str(coding.get("display") or ""),
            )


def _names(concept: Any) -> dict[str, Any]:
    """Codes and name of a medicine."""
    found: dict[str, Any] = {}
    text = str(concept.get("text") or "") if isinstance(concept, Mapping) else ""
    for _, code, display in _codings(concept):
        if _CIP13.fullmatch(code):
            found["cip13"] = code
        elif _CIS.fullmatch(code):
            found["cis"] = code
        elif _ATC.fullmatch(code):
            found["atc"] = code
        text = text or display
    return found | ({"name": text} if text else {})


def _dosage(one: Resource) -> dict[str, Any]:
    """Dose, rhythm and route of the first dosage."""
    written = _list(one.get("dosage")) or _list(one.get("dosageInstruction"))
    if not written or not isinstance(written[0], Mapping):
        return {}
    dosage = written[0]
    found: dict[str, Any] = {}
    rates = _list(dosage.get("doseAndRate"))
    quantity = rates[0].get("doseQuantity") if rates and isinstance(rates[0], Mapping) else None
    if isinstance(quantity, Mapping) and quantity.get("value") is not None:
        unit = str(quantity.get("unit") or quantity.get("code") or "")
        found |= {"dose_value": quantity["value"], "dose_unit": unit.strip("{}")}
    per_day = _per_day(dosage.get("timing"))
    if per_day is not None:
        found["per_day"] = per_day
    if isinstance(dosage.get("asNeededBoolean"), bool):
        found["prn"] = dosage["asNeededBoolean"]
    if dosage.get("text"):
        found["frequency"] = str(dosage["text"])
    route = dosage.get("route")
    names = [display or code for _, code, display in _codings(route)]
    text = str(route.get("text") or "") if isinstance(route, Mapping) else ""
    return found | ({"route": text or names[0]} if text or names else {})


def _per_day(timing: Any) -> float | None:
    repeat = timing.get("repeat") if isinstance(timing, Mapping) else None
    if not isinstance(repeat, Mapping):
        return None
    frequency, period, unit = repeat.get("frequency", 1), repeat.get("period"), repeat.get("periodUnit")
    if (
        not isinstance(period, (int, float))
        or unit not in _DAYS
        or period <= 0
        or not isinstance(frequency, (int, float))
    ):
        return None
    return round(frequency / (period * _DAYS[str(unit)]), 6)


def _period(one: Resource, status: str) -> dict[str, Any]:
    """Start and end. A request has the date it was written; a treatment that is over ends when its period says."""
    period = one.get("effectivePeriod")
    start, end = (period.get("start"), period.get("end")) if isinstance(period, Mapping) else (None, None)
    start = start or one.get("effectiveDateTime") or one.get("authoredOn")
    if status in ("completed", "stopped") and not end:
        end = one.get("dateAsserted") or start
    found = {"start": str(start)[:10] if start else "", "end": str(end)[:10] if end else ""}
    return {name: value for name, value in found.items() if value}


def _patient(one: Resource) -> dict[str, Any]:
    found = {"birth_date": str(one.get("birthDate") or "")[:10], "sex": str(one.get("gender") or "")}
    return {name: value for name, value in found.items() if value}


def _valid(one: Resource) -> bool:
    """Whether a resource is neither refuted nor entered in error."""
    codes = {code for _, code, _ in _codings(one.get("verificationStatus"))} | {str(one.get("status") or "")}
    return not codes & _WRONG


def _condition(one: Resource) -> dict[str, Any] | None:
    coded = [(system, code.upper()) for system, code, _ in _codings(one.get("code"))]
    found = next(
        (code for system, code in coded if "icd-10" in system or "cim-10" in system or "cim10" in system), None
    )
    code = found or next((code for _, code in coded if _ICD10.fullmatch(code)), None)
    if code is None:
        return None
    day = one.get("onsetDateTime") or one.get("recordedDate")
    return {"code": code} | ({"date": str(day)[:10]} if day else {})


def _observations(one: Resource) -> Iterable[dict[str, Any]]:
    """The measurements of an Observation and of its components, when Epione knows them."""
    if not _valid(one):
        return
    day = str(one.get("effectiveDateTime") or "")[:10]
    parts = [part for part in _list(one.get("component")) if isinstance(part, Mapping)]
    for part in (one, *parts):
        quantity = part.get("valueQuantity")
        code = next((code for _, code, _ in _codings(part.get("code")) if measure_of(code) is not None), None)
        if code is not None and isinstance(quantity, Mapping) and quantity.get("value") is not None:
            unit = str(quantity.get("code") or quantity.get("unit") or "")
            yield {"code": code, "value": quantity["value"], "unit": unit} | ({"date": day} if day else {})


def _allergy(one: Resource) -> dict[str, Any] | None:
    codes = list(_codings(one.get("code")))
    if any(code.lower() in _NO_ALLERGY for _, code, _ in codes):
        return None
    concept = one.get("code")
    text = str(concept.get("text") or "") if isinstance(concept, Mapping) else ""
    substance = text or next((display for _, _, display in codes if display), "")
    atc = next((code for system, code, _ in codes if "atc" in system), "")
    return {"substance": substance or atc or "?", "atc": atc}


def _vaccination(one: Resource) -> dict[str, Any] | None:
    code = next((code for _, code, _ in _codings(one.get("vaccineCode")) if code.startswith("J07")), None)
    day = str(one.get("occurrenceDateTime") or "")[:10]
    return None if code is None else {"atc": code} | ({"date": day} if day else {})
