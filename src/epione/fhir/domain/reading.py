"""From FHIR R4 resources to the identity and the entries of a record; what is left aside is told."""

import base64
import binascii
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from epione.patients.domain.identifiers import INS_OIDS, nir_fault
from epione.patients.domain.observations import measure_of, read_value
from epione.patients.domain.record import FactKind, Identity, Sex

from . import systems
from .bundle import Resource, Text, codings, holds, items, label, mapping, mappings, refuse, words

_NO_ALLERGY = frozenset({systems.NO_KNOWN_ALLERGY, "409137002", "no-known-allergy", "nka"})
_SEXES = {"female": Sex.FEMALE, "male": Sex.MALE, "other": Sex.OTHER}


@dataclass(slots=True)
class Told:
    """What the person who imports must know: in both languages, in the order of the file."""

    notes: list[Text] = field(default_factory=list)

    def say(self, french: str, english: str) -> None:
        """Add one note, once."""
        note = {"fr": french, "en": english}
        if note not in self.notes:
            self.notes.append(note)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the record to add."""

    kind: FactKind
    content: dict[str, Any]
    on: date | None = None


def day_of(value: Any) -> date | None:
    """The civil day of a FHIR date or instant; a year or month alone says no day."""
    try:
        return date.fromisoformat(words(value)[:10])
    except ValueError:
        return None


def extension(one: Resource, url: str) -> Resource | None:
    """The extension of this address."""
    return next((given for given in mappings(one.get("extension")) if given.get("url") == url), None)


def identity_of(patient: Resource, told: Told) -> Identity:
    """Who the person is. Raises BadBundle without a family name or a full birth date."""
    names = _names(patient)
    born = day_of(patient.get("birthDate"))
    if not names["last_name"] or not names["first_name"]:
        raise refuse("Le patient n’a pas de nom ou pas de prénom.", "The patient has no family name or no given name.")
    if born is None:
        raise refuse("Le patient n’a pas de date de naissance complète.", "The patient has no complete birth date.")
    doctor = next(iter(mappings(patient.get("generalPractitioner"))), {})
    rpps = words(mapping(doctor.get("identifier")).get("value"))
    history = extension(patient, systems.HISTORY) or {}
    return Identity(
        **names,
        **_identifiers(patient, told),
        birth_date=born,
        sex=_SEXES.get(words(patient.get("gender")), Sex.UNKNOWN),
        phone=_telecom(patient, "phone"),
        email=_telecom(patient, "email"),
        address=_address(patient),
        physician=words(doctor.get("display")),
        physician_rpps=rpps,
        medical_history=str(history.get("valueString") or ""),
    )


def _names(patient: Resource) -> dict[str, str]:
    """Of a French record the official name is the birth name, the usual one is what people say."""
    written = mappings(patient.get("name"))
    by_use = {words(name.get("use")): name for name in reversed(written)}
    official, usual = by_use.get("official", {}), by_use.get("usual", {})
    maiden = words((by_use.get("maiden") or by_use.get("old") or {}).get("family"))
    birth = maiden or (words(official.get("family")) if words(usual.get("family")) else "")
    choices = (usual, official, *written)
    family = next((words(name.get("family")) for name in choices if words(name.get("family"))), "")
    given = next((name for name in (official, usual, *written) if items(name.get("given"))), {})
    first = " ".join(filter(None, map(words, items(given.get("given")))))
    spoken = words(next(iter(written), {}).get("text")) if not family else ""
    before, _space, after = spoken.rpartition(" ")
    return {"last_name": family or after, "first_name": first or before, "birth_name": birth}


def _identifiers(patient: Resource, told: Told) -> dict[str, str]:
    found: dict[str, str] = {}
    stated = extension(patient, systems.RELIABILITY) or {}
    status = words(mapping(stated.get("valueCoding")).get("code"))
    for one in mappings(patient.get("identifier")):
        system, value = words(one.get("system")), words(one.get("value"))
        oid = system.removeprefix(systems.OID)
        if oid in INS_OIDS:
            if status in {"RECUP", "VALI", "QUAL"}:
                found |= {"ins": value, "ins_oid": oid, "identity_status": status}
            else:
                told.say(
                    "L’INS du fichier n’est pas reprise\u00a0: son statut n’y est pas qualifié.",
                    "The INS of the file is not taken: its status there is not qualified.",
                )
        elif system == systems.NIR and nir_fault(value) is None:
            found["social_security"] = value
        elif system == systems.RECORD:
            found["medical_id"] = value
    return found


def _telecom(patient: Resource, kind: str) -> str:
    return next((words(one.get("value")) for one in mappings(patient.get("telecom")) if one.get("system") == kind), "")


def _address(patient: Resource) -> str:
    one = next(iter(mappings(patient.get("address"))), {})
    lines = [
        *map(words, items(one.get("line"))),
        " ".join(filter(None, (words(one.get("postalCode")), words(one.get("city"))))),
    ]
    return words(one.get("text")) or ", ".join(filter(None, lines))


def entries_of(resource: Resource, told: Told) -> list[Entry]:
    """The entries that a resource tells."""
    if not holds(resource):
        return []
    readers = {
        "AllergyIntolerance": _allergy,
        "Condition": _condition,
        "Observation": _observation,
        "Flag": _flag,
        "Coverage": _coverage,
        "DocumentReference": _note,
    }
    return readers[words(resource.get("resourceType"))](resource, told)


def _allergy(one: Resource, told: Told) -> list[Entry]:
    concept = one.get("code")
    on = day_of(one.get("onsetDateTime")) or day_of(one.get("recordedDate"))
    if any(code.lower() in _NO_ALLERGY for _system, code, _display in codings(concept)):
        return [Entry(FactKind.ALLERGY, {"none_known": True}, on)]
    atc = next((code for system, code, _display in codings(concept) if system == systems.ATC), "")
    substance = label(concept) or atc
    if not substance:
        told.say(
            "Une allergie n’a pas de nom\u00a0: elle n’est pas reprise.", "An allergy has no name: it is not taken."
        )
        return []
    reactions = [
        label(sign)
        for one_reaction in mappings(one.get("reaction"))
        for sign in items(one_reaction.get("manifestation"))
    ]
    content = {"substance": substance, "atc": atc, "reaction": ", ".join(filter(None, reactions)),
               "severity": words(one.get("criticality"))}  # fmt: skip
    return [Entry(FactKind.ALLERGY, {name: value for name, value in content.items() if value}, on)]


def _condition(one: Resource, told: Told) -> list[Entry]:
    concept = one.get("code")
    name = label(concept)
    on = day_of(one.get("onsetDateTime")) or day_of(one.get("recordedDate"))
    coded = [(system.lower(), code) for system, code, _display in codings(concept)]
    icd = next((code for system, code in coded if "icd-10" in system or "cim-10" in system or "cim10" in system), "")
    status = next((code for _system, code, _display in codings(one.get("clinicalStatus"))), "")
    if icd:
        content = {"icd10": icd, "label": name or icd} | ({"status": status} if status else {})
        return [Entry(FactKind.PROBLEM, content, on)]
    if not name:
        return []
    codes = ", ".join(code for _system, code in coded)
    told.say(
        f"«\u202f{name}\u202f» n’a pas de code CIM-10\u00a0: gardé comme note, sans analyse.",
        f"“{name}” has no ICD-10 code: kept as a note, not analysed.",
    )
    text = f"{name} ({codes})" if codes else name
    return [Entry(FactKind.NOTE, {"title": name[:120], "text": text}, on)]


def _observation(one: Resource, told: Told) -> list[Entry]:
    on = day_of(one.get("effectiveDateTime")) or day_of(mapping(one.get("effectivePeriod")).get("start"))
    found = []
    for part in (one, *mappings(one.get("component"))):
        quantity = part.get("valueQuantity")
        if isinstance(quantity, dict) and isinstance(quantity.get("value"), int | float):
            entry = _measured(part, quantity, on, told)
            found += [entry] if entry else []
    return found


def _measured(part: Resource, quantity: Resource, on: date | None, told: Told) -> Entry | None:
    known = (code for _system, code, _display in codings(part.get("code")) if measure_of(code))
    code = next(known, None)
    name = label(part.get("code")) or "?"
    if code is None:
        told.say(f"Mesure inconnue, non reprise\u00a0: {name}.", f"Unknown measurement, not taken: {name}.")
        return None
    value = float(quantity["value"])
    units = [words(quantity.get("code")), words(quantity.get("unit"))]
    readings = [read_value(code, value, unit) for unit in units if unit]
    reading = next((one for one in readings if one.fault is None), None)
    if reading is None:
        why = {"unit": ("unité", "unit"), "range": ("valeur impossible", "impossible value"),
               "confusion": ("unité douteuse", "doubtful unit")}  # fmt: skip
        fault = readings[0].fault if readings else "unit"
        french, english = why.get(fault or "unit", why["unit"])
        written = f"{name} {value:g} {units[0] or units[1]}".strip()
        told.say(f"Mesure non reprise ({french})\u00a0: {written}.", f"Measurement not taken ({english}): {written}.")
        return None
    return Entry(FactKind.OBSERVATION, {"code": reading.code, "value": reading.value, "unit": reading.unit}, on)


def _flag(one: Resource, told: Told) -> list[Entry]:
    name = next((code for system, code, _display in codings(one.get("code")) if system == systems.FLAG), "")
    if not name:
        told.say(f"Alerte non reprise\u00a0: {label(one.get('code'))}.", f"Flag not taken: {label(one.get('code'))}.")
        return []
    period = mapping(one.get("period"))
    return [Entry(FactKind.FLAG, {"name": name, "value": one.get("status") == "active"}, day_of(period.get("start")))]


def _coverage(one: Resource, told: Told) -> list[Entry]:
    kind = next((code for system, code, _display in codings(one.get("type")) if system == systems.COVERAGE), "")
    period = mapping(one.get("period"))
    start = day_of(period.get("start"))
    if not kind or start is None:
        told.say("Une couverture d’un autre pays n’est pas reprise.", "A coverage of another country is not taken.")
        return []
    end = day_of(period.get("end"))
    content = {"kind": kind, "start": start.isoformat()} | ({"end": end.isoformat()} if end else {})
    return [Entry(FactKind.COVERAGE, content, start)]


def _note(one: Resource, told: Told) -> list[Entry]:
    attached = mapping(next(iter(mappings(one.get("content"))), {}).get("attachment"))
    title = words(attached.get("title")) or words(one.get("description"))
    if not words(attached.get("contentType")).startswith("text/plain") or "data" not in attached:
        told.say(f"Document non repris\u00a0: {title or '?'}.", f"Document not taken: {title or '?'}.")
        return []
    try:
        text = base64.b64decode(attached["data"], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, TypeError, ValueError):
        told.say(f"Document illisible\u00a0: {title or '?'}.", f"Unreadable document: {title or '?'}.")
        return []
    content = {"text": text} | ({"title": title} if title else {})
    return [Entry(FactKind.NOTE, content, day_of(one.get("date")))]
