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
    NewFact,
    Record,
    add_facts,
    cards,
    create_patient,
    facts,
    open_patient,
    require_clinical,
)
from epione.prescriptions.public import LineContent, add_lines, open_treatment, treatment_of

from .domain.bundle import BadBundle, Text, only_patient, parse
from .domain.medicines import Named, line_of, statement_of
from .domain.reading import Entry, Told, entries_of, identity_of
from .domain.writing import bundle_of, patient_of, resource_of
from .errors import OtherPatient, unreadable

WRITE = "prescriptions:write"
FACTS = ("AllergyIntolerance", "Condition", "Observation", "Flag", "Coverage", "DocumentReference")
LINES = ("MedicationStatement", "MedicationRequest")
READ = ("Patient", "Medication", *FACTS, *LINES)
_SURE = frozenset({Quality.CODE, Quality.EXACT, Quality.PREFIX, Quality.INN})


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: what was added, what was there, medicines unknown, types of resources left aside, notes."""

    patient_id: UUID
    created: bool
    facts: int
    lines: int
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
    told = Told()
    try:
        bundle = parse(content)
        identity = identity_of(only_patient(bundle), told)
        entries = [entry for one in bundle.of(*FACTS) for entry in entries_of(one, told)]
        read = [line_of(one, bundle, _choose, told, clock.today()) for one in bundle.of(*LINES)]
    except BadBundle as error:
        raise unreadable(error) from error
    lines = [line for line in read if line is not None]
    if into is None:
        patient_id = create_patient(identity=identity, by=by, confirmed_distinct=confirmed_distinct).id
    else:
        require_clinical(by, into, "patients:write")
        there = cards(by.practice_id, [into]).get(into)
        if there is None or there.identity.birth_date != identity.birth_date:
            raise OtherPatient
        patient_id = into
    new_entries = _new_entries(by, patient_id, entries)
    new_lines = _new_lines(by, patient_id, lines)
    if new_entries:
        add_facts(patient_id=patient_id, facts=[NewFact(one.kind, one.content, one.on) for one in new_entries], by=by)
    if new_lines:
        add_lines(patient_id=patient_id, contents=new_lines, by=by)
    unknown = tuple(dict.fromkeys(line.written for line in new_lines if not (line.cis or line.inn)))
    report = ImportReport(
        patient_id=patient_id,
        created=into is None,
        facts=len(new_entries),
        lines=len(new_lines),
        already_there=len(entries) + len(lines) - len(new_entries) - len(new_lines),
        unknown_medicines=unknown,
        left_aside=bundle.others(*READ),
        notes=tuple(told.notes),
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
    for view in treatment.lines:
        statement = statement_of(str(view.id), view.content, view.drug, clock.today())
        resources.append(statement | {"subject": {"reference": subject}})
    bundle = bundle_of(own, resources, clock.now().isoformat())
    record(action="fhir.export", by=by, entity=("patient", own), patient_id=opened.card.id,
           after={"resources": len(resources)})  # fmt: skip
    return bundle
