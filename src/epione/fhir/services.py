"""Records in and out as FHIR R4 Bundles: one transaction each, recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from epione.identity.public import require
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.ledger.public import record
from epione.medications.public import DrugStatus, Quality, load_catalogue, resolve_code, resolve_medication
from epione.patients.public import (
    Identity,
    NewFact,
    Record,
    add_facts,
    cards,
    create_patient,
    facts,
    open_patient,
    require_clinical,
)
from epione.prescriptions.public import (
    DispensingContent,
    LineContent,
    LineView,
    add_lines,
    open_treatment,
    record_dispensings,
    supplies_of,
    treatment_of,
)

from .domain.bundle import BadBundle, Bundle, Resource, Text, only_patient, parse
from .domain.dispenses import Handed, dispense_of, handed_of, no_line, one_a_day
from .domain.medicines import LINES, Named, line_of, statement_of
from .domain.reading import Entry, Told, entries_of, identity_of
from .domain.writing import bundle_of, patient_of, resource_of
from .errors import OtherPatient, unreadable

WRITE = "prescriptions:write"
FACTS = ("AllergyIntolerance", "Condition", "Observation", "Flag", "Coverage", "DocumentReference")
DISPENSES = "MedicationDispense"
READ = ("Patient", "Medication", DISPENSES, *FACTS, *LINES)
_TOGETHER = 100
_SURE = frozenset({Quality.CODE, Quality.EXACT, Quality.PREFIX, Quality.INN})


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: what was added, what was there, medicines unknown, types of resources left aside, notes."""

    patient_id: UUID
    created: bool
    facts: int
    lines: int
    dispensings: int
    already_there: int
    unknown_medicines: tuple[str, ...]
    left_aside: dict[str, int]
    notes: tuple[Text, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "patient_id": str(self.patient_id),
            "created": self.created,
            "facts": self.facts,
            "lines": self.lines,
            "dispensings": self.dispensings,
            "already_there": self.already_there,
            "unknown_medicines": list(self.unknown_medicines),
            "left_aside": self.left_aside,
            "notes": [dict(note) for note in self.notes],
        }


def _choose(named: Named) -> tuple[str, str]:
    """The (CIS, substance) of a name when it is certain: a code, a whole name, a substance."""
    if named.inn and load_catalogue().substance(named.inn):
        return "", named.inn
    by_code = resolve_code(named.code) if named.code else None
    match = by_code if by_code and by_code.drug else resolve_medication(named.written)
    drug = match.drug
    if drug is None or match.quality not in _SURE or drug.status is DrugStatus.UNKNOWN:
        return "", ""
    if drug.cis:
        return drug.cis, ""
    return "", drug.ingredients[0].name if len(drug.ingredients) == 1 else ""


@dataclass(frozen=True, slots=True)
class _Contents:
    """What a file tells of its patient; a line is None when it was not taken, or is only a proposal."""

    bundle: Bundle
    identity: Identity
    entries: list[Entry]
    lines: list[tuple[Resource, LineContent | None]]
    handed: list[Handed]
    told: Told

    @property
    def kept(self) -> list[LineContent]:
        """The lines that are some."""
        return [line for _resource, line in self.lines if line is not None]


def _read(content: bytes) -> _Contents:
    told, today = Told(), clock.today()
    try:
        bundle = parse(content)
        identity = identity_of(only_patient(bundle), told)
        entries = [entry for one in bundle.of(*FACTS) for entry in entries_of(one, told)]
        lines = [(one, line_of(one, bundle, _choose, told, today)) for one in bundle.of(*LINES)]
        handed = [found for one in bundle.of(DISPENSES) if (found := handed_of(one, bundle, told, today))]
    except BadBundle as error:
        raise unreadable(error) from error
    return _Contents(bundle, identity, entries, lines, handed, told)


@transaction.atomic
def import_bundle(
    *, content: bytes, by: Actor, into: UUID | None = None, confirmed_distinct: bool = False
) -> ImportReport:
    """Import the record of one patient: a new patient, or `into` an existing one, where nothing is added twice.

    Refused when the file is no FHIR R4 record of one patient (`UnreadableRecord`), when the patient probably exists
    (`ProbableDuplicate`, unless `confirmed_distinct`), or when `into` was not born on the day of the file
    (`OtherPatient`).
    """
    require(by, WRITE)
    read = _read(content)
    if into is None:
        patient_id = create_patient(identity=read.identity, by=by, confirmed_distinct=confirmed_distinct).id
    else:
        require_clinical(by, into, "patients:write")
        there = cards(by.practice_id, [into]).get(into)
        if there is None or there.identity.birth_date != read.identity.birth_date:
            raise OtherPatient
        patient_id = into
    new_entries = _new_entries(by, patient_id, read.entries)
    new_lines = _new_lines(by, patient_id, read.kept)
    if new_entries:
        add_facts(patient_id=patient_id, facts=[NewFact(one.kind, one.content, one.on) for one in new_entries], by=by)
    if new_lines:
        add_lines(patient_id=patient_id, contents=new_lines, by=by)
    dispensings = _hand_over(by, patient_id, read)
    unknown = tuple(dict.fromkeys(line.written for line in new_lines if not (line.cis or line.inn)))
    report = ImportReport(
        patient_id=patient_id,
        created=into is None,
        facts=len(new_entries),
        lines=len(new_lines),
        dispensings=dispensings,
        already_there=len(read.entries) + len(read.kept) - len(new_entries) - len(new_lines),
        unknown_medicines=unknown,
        left_aside=read.bundle.others(*READ),
        notes=tuple(read.told.notes),
    )
    record(action="fhir.import", by=by, entity=("patient", str(patient_id)), patient_id=patient_id,
           after=report.to_dict(), content=content)  # fmt: skip
    return report


def _key(kind: str, content: dict[str, Any], on: Any) -> tuple[str, str, str]:
    shown = {name: round(value, 6) if isinstance(value, float) else value for name, value in content.items()}
    return kind, repr(sorted((name, value) for name, value in shown.items() if name != "typed")), str(on)


def _new_entries(by: Actor, patient_id: UUID, entries: Sequence[Entry]) -> list[Entry]:
    there = {_key(f.kind.value, f.content, f.on) for f in facts(by.practice_id, patient_id) if not f.retracted}
    kept = {_key(entry.kind.value, entry.content, entry.on): entry for entry in entries}
    return [entry for key, entry in kept.items() if key not in there]


def _new_lines(by: Actor, patient_id: UUID, lines: Sequence[LineContent]) -> list[LineContent]:
    there = [view.content for view in treatment_of(by.practice_id, patient_id).lines]
    kept: list[LineContent] = []
    for line in lines:
        if line not in there and line not in kept:
            kept.append(line)
    return kept


def _hand_over(by: Actor, patient_id: UUID, read: _Contents) -> int:
    """Record the dispensings of a file that are not there yet; how many."""
    views = treatment_of(by.practice_id, patient_id).lines
    by_line: dict[UUID, list[DispensingContent]] = {}
    for handed in read.handed:
        view = _line_of(handed, read, views)
        if view is not None:
            by_line.setdefault(view.id, []).append(handed.content)
    supplies = supplies_of(by.practice_id, views)
    count = 0
    for line_id, contents in by_line.items():
        there = {one.content.on for one in supplies[line_id].counted if one.id}
        new = [one for one in one_a_day(contents) if one.on not in there]
        for start in range(0, len(new), _TOGETHER):
            record_dispensings(line_id=line_id, contents=new[start : start + _TOGETHER], by=by)
        count += len(new)
    return count


def _line_of(handed: Handed, read: _Contents, views: Sequence[LineView]) -> LineView | None:
    """The line of a dispensing: the one it names, else the only one of its medicine; None when that was not taken."""
    if handed.line is not None:
        content = next(line for resource, line in read.lines if resource is handed.line)
        found = next((view for view in views if view.content == content), None)
        if found is None:
            name = handed.named.written
            read.told.say(
                f"{name}\u00a0: délivrance d’une ligne qui n’est pas reprise, laissée de côté.",
                f"{name}: dispensing of a line that is not taken, left aside.",
            )
        return found
    chosen = _choose(handed.named)
    same = [view for view in views if (view.content.cis, view.content.inn) == chosen]
    if chosen == ("", ""):
        same = [view for view in same if view.content.written == handed.named.written]
    if len(same) != 1:
        raise unreadable(no_line(handed))
    return same[0]


@transaction.atomic
def export_bundle(*, patient_id: UUID, by: Actor) -> dict[str, Any]:
    """The whole record of a patient as a FHIR R4 Bundle; the export is recorded."""
    require(by, "prescriptions:read")
    require_clinical(by, patient_id)
    opened: Record = open_patient(patient_id=patient_id, by=by)
    treatment = open_treatment(patient_id=patient_id, by=by)
    own = str(opened.card.id)
    subject = f"urn:uuid:{own}"
    resources = [patient_of(own, opened.card.identity)]
    resources += [resource_of(fact, subject) for fact in opened.facts if not fact.retracted]
    supplies = supplies_of(by.practice_id, treatment.lines)
    for view in treatment.lines:
        statement = statement_of(str(view.id), view.content, view.drug, clock.today())
        resources.append(statement | {"subject": {"reference": subject}})
        medicine = statement["medicationCodeableConcept"]
        resources += [
            dispense_of(str(one.id), str(view.id), one.content, medicine) | {"subject": {"reference": subject}}
            for one in supplies[view.id].counted
            if one.id
        ]
    bundle = bundle_of(own, resources, clock.now().isoformat())
    record(action="fhir.export", by=by, entity=("patient", own), patient_id=opened.card.id,
           after={"resources": len(resources)})  # fmt: skip
    return bundle
