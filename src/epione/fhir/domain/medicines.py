"""Medicines of a FHIR R4 Bundle read as treatment lines, and treatment lines written as MedicationStatements."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from epione.medications.domain.drug import Drug
from epione.prescriptions.domain.line import LineContent, Source
from epione.prescriptions.domain.posology import parse_posology

from . import systems
from .bundle import Bundle, Resource, codings, holds, items, label, mapping, mappings, words
from .reading import Told, day_of, extension

LINES = ("MedicationStatement", "MedicationRequest")
_CIP13 = re.compile(r"34009\d{8}")
_CIS = re.compile(r"6\d{7}")
_DAYS = {"s": 1 / 86_400, "min": 1 / 1_440, "h": 1 / 24, "d": 1.0, "wk": 7.0, "mo": 30.0, "a": 365.0}
_UNITS = {"mg": "mg", "g": "g", "µg": "ug", "mL": "mL", "UI": "[iU]"}
_OVER = frozenset({"completed", "stopped", "ended"})
_SOURCES = {"prescribed": Source.PRESCRIBED, "dispensed": Source.DISPENSED, "self": Source.SELF}


@dataclass(frozen=True, slots=True)
class Named:
    """How a file names a medicine: `written` in words, `code` a CIS or CIP13, `inn` a substance, `atc` a class."""

    written: str
    code: str = ""
    inn: str = ""
    atc: str = ""


Choose = Callable[[Named], tuple[str, str]]
"""Answers the (CIS, substance) that a name stands for, both empty when it is unknown."""


def line_of(one: Resource, bundle: Bundle, choose: Choose, told: Told, today: date) -> LineContent | None:
    """The line that a MedicationStatement or MedicationRequest tells; None when it was not taken or is a proposal."""
    if not holds(one) or words(one.get("intent")) in {"proposal", "option"} or words(one.get("status")) == "draft":
        return None
    named = named_of(one, bundle)
    cis, inn = choose(named)
    dosages = mappings(one.get("dosage")) or mappings(one.get("dosageInstruction"))
    dosage = _alone(dosages, told, named.written)
    start, end = _period(one, told, named.written, today)
    return LineContent(
        written=named.written,
        cis=cis,
        inn=inn,
        route=label(dosage.get("route")),
        start=start,
        end=end,
        indication=_indication(one, bundle),
        prescriber=_prescriber(one),
        source=_source(one),
        dispensed_on=tuple(sorted(filter(None, map(_dispensed, mappings(one.get("extension")))))),
        facts=_answers(one),
        **_dosage(one, dosage, told, named.written),
    )


def _alone(dosages: list[Resource], told: Told, name: str) -> Resource:
    """The dosage of a line. Several ("10 mg in the morning", "5 mg in the evening") are never cut to the first one:
    their words are put together, and their numbers are left for a person to read.
    """
    if len(dosages) < 2:
        return next(iter(dosages), {})
    told.say(
        f"{name}\u00a0: plusieurs posologies sur une ligne, à vérifier.",
        f"{name}: several dosages on one line, to be checked.",
    )
    texts = "\u202f; ".join(filter(None, (words(dosage.get("text")) for dosage in dosages)))
    return {"text": texts, "route": dosages[0].get("route")}


def named_of(one: Resource, bundle: Bundle) -> Named:
    """How a resource names its medicine."""
    concept = one.get("medicationCodeableConcept")
    reference = one.get("medicationReference")
    if not isinstance(concept, dict):
        concept = (bundle.find(reference, one) or {}).get("code")
    code = inn = atc = ""
    for system, value, _display in codings(concept):
        if system == systems.SUBSTANCE:
            inn = value
        elif system == systems.ATC:
            atc = value
        elif _CIP13.fullmatch(value) or _CIS.fullmatch(value):
            code = value
    shown = words(mapping(reference).get("display"))
    return Named(label(concept) or shown or code or inn or atc or "?", code, inn, atc)


def _period(one: Resource, told: Told, name: str, today: date) -> tuple[date | None, date | None]:
    validity = mapping(mapping(one.get("dispenseRequest")).get("validityPeriod"))
    period = mapping(one.get("effectivePeriod")) or validity
    start = day_of(period.get("start")) or day_of(one.get("effectiveDateTime")) or day_of(one.get("authoredOn"))
    end = day_of(period.get("end"))
    if words(one.get("status")) in _OVER and end is None:
        end = day_of(one.get("dateAsserted")) or start
        if end is None:
            end = start = today - timedelta(days=1)
        told.say(
            f"{name}\u00a0: terminé sans date de fin\u00a0; noté terminé le {end:%d/%m/%Y}.",
            f"{name}: over without an end date; noted as ended on {end:%d/%m/%Y}.",
        )
    if start and end and end < start:
        start = end
    return start, end


def _indication(one: Resource, bundle: Bundle) -> str:
    said = [label(reason) for reason in items(one.get("reasonCode"))]
    for reference in mappings(one.get("reasonReference")):
        known = bundle.names.get(words(reference.get("reference")))
        said.append(label(known.get("code")) if known else words(reference.get("display")))
    return ", ".join(filter(None, said))[:200]


def _prescriber(one: Resource) -> str:
    by = mapping(one.get("requester") or one.get("informationSource"))
    return words(by.get("display"))[:120]


def _source(one: Resource) -> Source:
    found = [code for system, code, _display in codings(one.get("category")) if system == systems.LINE_SOURCE]
    if found:
        return _SOURCES.get(found[0], Source.PRESCRIBED)
    stated = {code for _system, code, _display in codings(one.get("category"))}
    return Source.SELF if "patientspecified" in stated else Source.PRESCRIBED


def _dispensed(given: Resource) -> date | None:
    return day_of(given.get("valueDate")) if given.get("url") == systems.DISPENSED else None


def _answers(one: Resource) -> dict[str, str]:
    pairs = [words(given.get("valueString")).partition("=") for given in mappings(one.get("extension"))
             if given.get("url") == systems.ANSWER]  # fmt: skip
    return {name: value for name, _sign, value in pairs if name and value}


def _dosage(one: Resource, dosage: Resource, told: Told, name: str) -> dict[str, Any]:
    text = words(dosage.get("text"))[:200]
    needed = dosage.get("asNeededBoolean")
    dose, unit = _dose(dosage)
    rate = _per_day(dosage.get("timing"))
    known = extension(one, systems.TO_CONFIRM)
    found = {"posology": text, "dose_value": dose, "dose_unit": unit, "per_day": rate, "confirmed": not known,
             "prn": needed if isinstance(needed, bool) else None}  # fmt: skip
    if text and parse_posology(text).unread and not known:
        structured = dose is not None or rate is not None
        told.say(
            f"{name}\u00a0: posologie non comprise («\u202f{text}\u202f»), à confirmer.",
            f"{name}: posology not understood (“{text}”), to confirm.",
        )
        found |= {"posology": "", "confirmed": True} if structured else {"confirmed": False}
    return found


def _dose(dosage: Resource) -> tuple[float | None, str]:
    quantity = mapping(next(iter(mappings(dosage.get("doseAndRate"))), {}).get("doseQuantity"))
    if not isinstance(quantity.get("value"), int | float) or quantity["value"] <= 0:
        return None, ""
    unit = words(quantity.get("unit")) or words(quantity.get("code")).strip("{}")
    back = {code: name for name, code in _UNITS.items()}
    return (float(quantity["value"]), back.get(unit, unit)) if unit else (None, "")


def _per_day(timing: Any) -> float | None:
    repeat = mapping(mapping(timing).get("repeat"))
    frequency, period = repeat.get("frequency", 1), repeat.get("period")
    days = _DAYS.get(words(repeat.get("periodUnit")))
    if days is None or not isinstance(period, int | float) or not isinstance(frequency, int | float):
        return None
    named_days = {day for day in items(repeat.get("dayOfWeek")) if isinstance(day, str)}
    if named_days and period * days == 1:
        frequency *= len(named_days) / 7
    rate = frequency / (period * days) if period > 0 else 0
    return rate if 0 < rate <= 48 else None


def statement_of(line_id: str, content: LineContent, drug: Drug, today: date) -> dict[str, Any]:
    """A line as a MedicationStatement whose subject is `Patient/…`, added by the caller."""
    over = content.end is not None and content.end < today
    period = {"start": content.start.isoformat() if content.start else None,
              "end": content.end.isoformat() if content.end else None}  # fmt: skip
    statement = {
        "resourceType": "MedicationStatement",
        "id": line_id,
        "status": "completed" if over else "active",
        "category": {"coding": [{"system": systems.LINE_SOURCE, "code": content.source.value}]},
        "medicationCodeableConcept": {"coding": _drug_codes(content, drug), "text": content.written},
        "effectivePeriod": {name: value for name, value in period.items() if value},
        "informationSource": {"display": content.prescriber} if content.prescriber else None,
        "reasonCode": [{"text": content.indication}] if content.indication else None,
        "dosage": [_written_dosage(content)],
        "extension": _line_extensions(content),
    }
    return {name: value for name, value in statement.items() if value not in (None, [], {}, [{}])}


def _drug_codes(content: LineContent, drug: Drug) -> list[dict[str, str]]:
    codes = [{"system": systems.CIS, "code": content.cis, "display": drug.name}] if content.cis else []
    codes += [{"system": systems.SUBSTANCE, "code": content.inn, "display": drug.name}] if content.inn else []
    return codes + [{"system": systems.ATC, "code": code} for code in drug.atc]


def _written_dosage(content: LineContent) -> dict[str, Any]:
    dosage: dict[str, Any] = {}
    if content.posology:
        dosage["text"] = content.posology
    if content.per_day:
        rate = Fraction(content.per_day).limit_denominator(1000)
        dosage["timing"] = {"repeat": {"frequency": rate.numerator, "period": rate.denominator, "periodUnit": "d"}}
    if content.prn is not None:
        dosage["asNeededBoolean"] = content.prn
    if content.route:
        dosage["route"] = {"text": content.route}
    if content.dose_value is not None:
        code = _UNITS.get(content.dose_unit, f"{{{content.dose_unit}}}")
        quantity = {"value": content.dose_value, "unit": content.dose_unit, "system": systems.UCUM, "code": code}
        dosage["doseAndRate"] = [{"doseQuantity": quantity}]
    return dosage


def _line_extensions(content: LineContent) -> list[dict[str, Any]]:
    given: list[dict[str, Any]] = [
        {"url": systems.DISPENSED, "valueDate": day.isoformat()} for day in content.dispensed_on
    ]
    given += [{"url": systems.ANSWER, "valueString": f"{name}={value}"} for name, value in content.facts.items()]
    return given + ([] if content.confirmed else [{"url": systems.TO_CONFIRM, "valueBoolean": True}])
