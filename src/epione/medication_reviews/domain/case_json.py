"""Cases in JSON: every field checked, every fault named, nothing guessed."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from epione.medications.domain.adherence import Dispensing
from epione.patients.domain.observations import Measure, measure_of, read_value
from epione.prescriptions.domain.dispensing import MOST_DAYS

from .case import MOST_LINES, BadCase, Case, Fault, WrittenDrug, age_on
from .chart import Allergy, DatedObservation, PastDrug, Problem, SexAtBirth, Vaccination
from .leaves import both
from .reading import Reader
from .routes import read_route

_CASE = frozenset(
    {
        "id",
        "patient",
        "drugs",
        "conditions",
        "observations",
        "allergies",
        "flags",
        "vaccinations",
        "past_drugs",
        "complete",
        "on",
    }
)
_DRUG = frozenset(
    {
        "cis", "cip13", "name", "atc", "dose_value", "dose_unit", "daily_mg", "per_day", "frequency", "route", "prn",
        "release", "start", "end", "indication", "source", "same_dose", "full_dose", "dispensings",
    }
)  # fmt: skip
_PATIENT = frozenset({"age", "birth_date", "sex", "weight_kg", "height_cm", "name", "id"})
_UNITS = frozenset(
    [
        "mg",
        "g",
        "µg",
        "μg",
        "ug",
        "mcg",
        "ng",
        "kg",
        "ml",
        "l",
        "ui",
        "iu",
        "u",
        "mui",
        "cp",
        "cpr",
        "comprimé",
        "comprimés",
        "comprime",
        "tablet",
        "tablets",
        "gélule",
        "gélules",
        "gelule",
        "capsule",
        "capsules",
        "sachet",
        "sachets",
        "dose",
        "doses",
        "patch",
        "patchs",
        "suppositoire",
        "suppositoires",
        "ampoule",
        "ampoules",
        "bouffée",
        "bouffées",
        "puff",
        "goutte",
        "gouttes",
        "drop",
        "drops",
        "injection",
        "injections",
        "application",
        "applications",
        "cuillère",
        "unité",
        "unités",
        "unit",
        "units",
        "mmol",
        "meq",
        "%",
        "mg/ml",
        "mg/h",
        "µg/h",
        "ug/h",
        "1",
    ]
)
_SEXES: dict[str, SexAtBirth] = {
    "m": "male", "male": "male", "homme": "male", "h": "male", "masculin": "male", "1": "male",
    "f": "female", "female": "female", "femme": "female", "féminin": "female", "2": "female",
}  # fmt: skip
_UNKNOWN_SEX = frozenset({"", "unknown", "inconnu", "other", "autre", "o", "u"})
_ICD10 = re.compile(r"[A-Z]\d{2}(\.?[0-9A-Z]{1,4})?")
_ATC = re.compile(r"[A-Z](\d{2}([A-Z]([A-Z](\d{2})?)?)?)?")
_MOST_MG = 1_000_000.0
_MOST_OBSERVATIONS = 5_000


def read_case(values: Any, *, on: date, units: Mapping[str, str], flags: frozenset[str] = frozenset()) -> Case:
    """A case from parsed JSON. `units` are the units of the rules, for a measurement sent without one; `flags` the
    yes/no facts that they know (`RuleBook.flags`): another name is told in the warnings, since a slip hides a fact.

    Raises BadCase with everything that is wrong.
    """
    faults: list[Fault] = []
    warnings: list[Fault] = []
    if not isinstance(values, Mapping):
        raise BadCase([Fault("", both("un objet JSON est attendu", "a JSON object is expected"))])
    reader = Reader(values, "", faults, warnings)
    reader.unknown(_CASE)
    on = reader.day("on") or on
    patient = _patient(reader, on)
    for reference in reader.items("dangling", 10_000) or []:
        reader.warn(
            "Bundle",
            f"référence absente du Bundle\u00a0: {reference}",
            f"reference missing from the Bundle: {reference}",
        )
    drugs = _objects(reader, "drugs", MOST_LINES)
    if drugs is None:
        reader.refuse("drugs", "la liste des médicaments manque", "the list of medicines is missing")
    complete = reader.yes_no("complete")
    case = Case(
        id=reader.text("id", 200),
        drugs=tuple(_drug(one, on) for one in drugs or []),
        on=on,
        **patient,
        problems=_tuple(_objects(reader, "conditions", 1_000, text_as="code"), lambda one: _problem(one, on)),
        observations=_tuple(
            _objects(reader, "observations", _MOST_OBSERVATIONS), lambda one: _observation(one, on, units)
        )
        or (),
        allergies=_tuple(_objects(reader, "allergies", 200, text_as="substance"), _allergy),
        vaccinations=_tuple(_objects(reader, "vaccinations", 200, text_as="atc"), lambda one: _vaccination(one, on)),
        past_drugs=_tuple(_objects(reader, "past_drugs", 500, text_as="atc"), _past_drug),
        flags=_flags(reader, flags),
        complete=True if complete is None else complete,
        warnings=tuple(warnings),
    )
    if faults:
        raise BadCase(faults)
    return case


def _tuple(items: list[Reader] | None, read: Any) -> tuple[Any, ...] | None:
    """What each item reads as, those that read as nothing left out; None when nothing was written."""
    return None if items is None else tuple(found for item in items if (found := read(item)) is not None)


def _objects(reader: Reader, name: str, most: int, text_as: str = "") -> list[Reader] | None:
    """A list of objects; a plain text stands for an object with the field `text_as`."""
    items = reader.items(name, most)
    if items is None:
        return None
    found = []
    for number, item in enumerate(items):
        where = f"{reader.place(name)}[{number}]"
        values = {text_as: item} if text_as and isinstance(item, str) else item
        if isinstance(values, Mapping):
            found.append(Reader(values, where, reader.faults, reader.warnings))
        else:
            reader.faults.append(Fault(where, both("un objet est attendu", "an object is expected")))
    return found


def _patient(reader: Reader, on: date) -> dict[str, Any]:
    values = reader.values.get("patient")
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        reader.refuse("patient", "un objet est attendu", "an object is expected")
        return {}
    patient = Reader(values, "patient", reader.faults, reader.warnings)
    patient.unknown(_PATIENT)
    birth = patient.past_day("birth_date", on)
    age = patient.number("age", low=0, high=130)
    computed = None if birth is None else age_on(birth, on)
    if age is not None and computed is not None and abs(age - computed) > 1:
        patient.refuse(
            "age",
            f"l’âge ({age:g}) contredit la date de naissance ({computed}\u00a0ans)",
            f"the age ({age:g}) contradicts the birth date ({computed} years)",
        )
    return {
        "age": computed if computed is not None else None if age is None else int(age),
        "sex": _sex(patient),
        "weight_kg": patient.number("weight_kg", low=20, high=400),
        "height_cm": patient.number("height_cm", low=80, high=250),
    }


def _sex(patient: Reader) -> SexAtBirth | None:
    written = patient.text("sex").lower()
    if written not in _SEXES and written not in _UNKNOWN_SEX:
        patient.refuse(
            "sex",
            f"sexe illisible\u00a0: {written!r} (male ou female)",
            f"unreadable sex: {written!r} (male or female)",
        )
    return _SEXES.get(written)


def _drug(one: Reader, on: date) -> WrittenDrug:
    one.unknown(_DRUG)
    cis, cip13, name, atc = (one.text(field) for field in ("cis", "cip13", "name", "atc"))
    if not (cis or cip13 or name or atc):
        one.refuse("name", "médicament sans nom ni code", "medicine without name or code")
    if atc and not _ATC.fullmatch(atc):
        one.refuse("atc", f"code ATC illisible\u00a0: {atc}", f"unreadable ATC code: {atc}")
    start, end = one.day("start"), one.day("end")
    if start is not None and end is not None and end < start:
        one.refuse("end", "la fin précède le début", "the end comes before the start")
    release = one.text("release").lower()
    facts = {
        field: str(answer).lower() for field in ("same_dose", "full_dose") if (answer := one.yes_no(field)) is not None
    }
    return WrittenDrug(
        cis=cis,
        cip13=cip13,
        name=name,
        atc=atc,
        dose_value=one.number("dose_value", low=0, high=_MOST_MG, above=True),
        dose_unit=_unit(one),
        daily_mg=one.number("daily_mg", low=0, high=_MOST_MG, above=True),
        per_day=one.number("per_day", low=0, high=100, above=True),
        frequency=one.text("frequency"),
        route=_route(one),
        prn=one.yes_no("prn"),
        prolonged={"modified": True, "prolonged": True, "lp": True, "immediate": False, "li": False}.get(release),
        start=start,
        end=end,
        indication=one.text("indication"),
        source=one.text("source") or "prescribed",
        facts=facts,
        dispensings=_tuple(_objects(one, "dispensings", 400, text_as="date"), lambda each: _dispensing(each, on)) or (),
    )


def _dispensing(one: Reader, on: date) -> Dispensing | None:
    day = one.past_day("date", on)
    days = one.number("days", low=1, high=MOST_DAYS)
    if day is None:
        one.refuse("date", "date de délivrance manquante ou illisible", "missing or unreadable date of dispensing")
        return None
    return Dispensing(day, None if days is None else int(days))


def _unit(one: Reader) -> str:
    unit = one.text("dose_unit")
    if unit and unit.lower() not in _UNITS:
        one.refuse("dose_unit", f"unité inconnue\u00a0: {unit}", f"unknown unit: {unit}")
    return unit


def _route(one: Reader) -> str:
    written = one.text("route")
    route = read_route(written)
    if written and not route:
        one.warn("route", f"voie inconnue\u00a0: {written}", f"unknown route: {written}")
    return route


def _problem(one: Reader, on: date) -> Problem | None:
    code = one.text("code").upper().replace(" ", "")
    if not _ICD10.fullmatch(code):
        one.refuse("code", f"code CIM-10 illisible\u00a0: {code!r}", f"unreadable ICD-10 code: {code!r}")
        return None
    count = one.number("count", low=1, high=1000)
    dotted = code if "." in code or len(code) == 3 else f"{code[:3]}.{code[3:]}"
    return Problem(dotted, one.past_day("date", on), None if count is None else int(count))


def _observation(one: Reader, on: date, units: Mapping[str, str]) -> DatedObservation | None:
    code = one.text("code")
    measure = measure_of(code)
    if measure is None:
        one.warn("code", f"mesure inconnue, ignorée\u00a0: {code}", f"unknown measurement, ignored: {code}")
        return None
    value = one.number("value", low=-1e9, high=1e9)
    if value is None:
        one.refuse("value", "valeur manquante ou illisible", "missing or unreadable value")
        return None
    unit = one.text("unit") or _usual_unit(measure.code, units)
    day = one.past_day("date", on)
    reading = read_value(measure.code, value, unit)
    if reading.fault is not None:
        _refuse_reading(one, measure, reading.fault, (value, one.text("unit")))
        return None
    return DatedObservation(reading.code, reading.value, reading.unit, day, one.past_day("kept_on", on))


def _usual_unit(code: str, units: Mapping[str, str]) -> str:
    """The unit of a measurement sent without one: the rules' own; creatinine is never guessed (µmol/L or mg/dL)."""
    measure = measure_of(code)
    if measure is None or code == "creatinine":
        return ""
    return units.get(code) or measure.unit


def _refuse_reading(one: Reader, measure: Measure, fault: str, written: tuple[float, str]) -> None:
    french, english = measure.fr, measure.en
    value, unit = written
    shown = f"{value:g}\u00a0{unit}".strip()
    if fault == "unit":
        one.refuse(
            "unit",
            f"{french} {shown}\u00a0: unité manquante ou inconnue",
            f"{english} {shown}: missing or unknown unit",
        )
    elif fault == "confusion":
        fr = f"{french} {shown}\u00a0: plausible seulement dans une autre unité, laquelle\u202f?"
        one.refuse("value", fr, f"{english} {shown}: only plausible in another unit, which one?")
    else:
        one.refuse("value", f"{french} {shown}\u00a0: valeur impossible", f"{english} {shown}: impossible value")


def _allergy(one: Reader) -> Allergy | None:
    substance = one.text("substance") or one.text("name") or one.text("text") or one.text("atc")
    if not substance:
        one.refuse("substance", "allergie sans substance", "allergy without substance")
        return None
    return Allergy(substance, one.text("atc"), one.text("reaction"))


def _vaccination(one: Reader, on: date) -> Vaccination | None:
    atc = one.text("atc").upper()
    if not atc.startswith("J07"):
        one.refuse(
            "atc",
            f"code ATC de vaccin attendu (J07…)\u00a0: {atc!r}",
            f"ATC code of a vaccine expected (J07…): {atc!r}",
        )
        return None
    return Vaccination(atc, one.past_day("date", on))


def _past_drug(one: Reader) -> PastDrug | None:
    atc = one.text("atc").upper()
    if not _ATC.fullmatch(atc):
        one.refuse("atc", f"code ATC illisible\u00a0: {atc!r}", f"unreadable ATC code: {atc!r}")
        return None
    doses = one.number("doses", low=0, high=10_000)
    return PastDrug(atc, None if doses is None else int(doses), one.yes_no("stopped"))


def _flags(reader: Reader, known: frozenset[str]) -> dict[str, bool]:
    values = reader.values.get("flags")
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        reader.refuse("flags", "un objet est attendu", "an object is expected")
        return {}
    flags = Reader(values, "flags", reader.faults, reader.warnings)
    if known:
        flags.unknown(known)
    return {str(name): answer for name in values if (answer := flags.yes_no(str(name))) is not None}
