"""From the patient's record and treatment to the chart that the engine reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from epione.kernel.crypto import unseal_json
from epione.medications.public import Dispensing
from epione.patients.public import Fact, FactKind, PatientNotFound, Record, Sex, record_of, same_person
from epione.prescriptions.public import Treatment, supplies_of, treatment_of

from .answers import KEPT
from .domain.chart import Allergy, Chart, DatedObservation, PastDrug, Problem, SexAtBirth, Vaccination
from .domain.pathway import Step
from .models import StepRow
from .queries import step_place

_SEX: dict[Sex, SexAtBirth] = {Sex.FEMALE: "female", Sex.MALE: "male"}


def _problems(record: Record) -> tuple[Problem, ...] | None:
    facts = record.of(FactKind.PROBLEM)
    if not facts:
        return None
    return tuple(Problem(fact.content["icd10"], fact.on, fact.content.get("count")) for fact in facts)


def _allergies(record: Record) -> tuple[Allergy, ...] | None:
    if record.allergies_known is None:
        return None
    entries = [fact.content for fact in record.of(FactKind.ALLERGY) if "substance" in fact.content]
    return tuple(Allergy(one["substance"], one.get("atc", ""), one.get("reaction", "")) for one in entries)


def _flag(fact: Fact) -> tuple[str, bool]:
    return fact.content["name"], bool(fact.content["value"])


def _flags(record: Record) -> dict[str, bool]:
    """Yes/no facts, the newest answer winning."""
    said = (_flag(fact) for fact in reversed(record.of(FactKind.FLAG)))
    return {name: value for name, value in said if not name.startswith(KEPT)}


def _kept(record: Record) -> dict[str, date]:
    """The old values that a person kept (`code:date`), with the day when she said so."""
    said = [fact for fact in reversed(record.of(FactKind.FLAG)) if fact.content["name"].startswith(KEPT)]
    return {
        fact.content["name"].removeprefix(KEPT): fact.on
        for fact in said
        if fact.on is not None and fact.content["value"]
    }


def _notes(record: Record, kind: str) -> list[Fact]:
    return [fact for fact in record.of(FactKind.NOTE) if fact.content.get("title") == kind]


def _vaccinations(record: Record) -> tuple[Vaccination, ...] | None:
    """Recorded vaccines; unknown until somebody recorded one or said that none was given."""
    notes = _notes(record, "vaccination")
    if not notes:
        return None
    return tuple(Vaccination(note.content["text"], note.on) for note in notes if note.content["text"] != "none")


def _past(record: Record, treatment: Treatment, on: date) -> tuple[PastDrug, ...] | None:
    """Former treatments, once somebody said that the list is complete: ended lines alone never prove an absence."""
    if not _flags(record).get("past_drugs_complete"):
        return None
    return tuple(PastDrug(code, None, stopped=True) for line in treatment.past(on) for code in line.drug.atc)


@dataclass(frozen=True, slots=True)
class ReadThrough:
    """What was read through with the patient: only then does the absence of a medicine or of a problem count."""

    treatment: bool = False
    problems: bool = False


def read_through(practice_id: UUID, patient_id: UUID) -> ReadThrough:
    """What the newest collection interview stated."""
    row = StepRow.objects.of_practice(practice_id).filter(
        patient_id__in=same_person(practice_id, patient_id), step=Step.COLLECTION.value
    )
    newest = row.order_by("-id").first()
    if newest is None:
        return ReadThrough()
    content = unseal_json(step_place(newest), bytes(newest.sealed))
    return ReadThrough(bool(content.get("confirmed")), bool(content.get("problems_confirmed")))


def handed_out(practice_id: UUID, treatment: Treatment, on: date) -> dict[str, tuple[Dispensing, ...]]:
    """The dispensings known of each line taken on a day, by the id of the line."""
    supplies = supplies_of(practice_id, treatment.current(on), on)
    return {str(line_id): supply.handed for line_id, supply in supplies.items() if supply.counted}


def chart_from(
    record: Record,
    treatment: Treatment,
    on: date,
    said: ReadThrough,
    supplies: Mapping[str, tuple[Dispensing, ...]],
) -> Chart:
    """The chart on a day; None stays None: what nobody recorded is unknown."""
    identity = record.card.identity
    weight, height = record.latest("weight"), record.latest("height")
    kept = _kept(record)
    observations = tuple(
        DatedObservation(
            fact.content["code"],
            float(fact.content["value"]),
            fact.content["unit"],
            fact.on,
            kept.get(f"{fact.content['code']}:{fact.on}"),
        )
        for fact in record.of(FactKind.OBSERVATION)
        if fact.on is None or fact.on <= on
    )
    return Chart(
        on=on,
        lines=tuple(view.line for view in treatment.current(on)),
        age=identity.age(on),
        sex=_SEX.get(identity.sex),
        weight_kg=float(weight.content["value"]) if weight else None,
        height_cm=float(height.content["value"]) if height else None,
        problems=_problems(record),
        observations=observations,
        allergies=_allergies(record),
        vaccinations=_vaccinations(record),
        past_drugs=_past(record, treatment, on),
        flags=_flags(record),
        supplies=supplies,
        complete=said.treatment or treatment.validated_at is not None,
        problems_complete=said.problems,
    )


def chart_of(practice_id: UUID, patient_id: UUID, on: date) -> Chart:
    """The chart of a patient of a practice; records no read (the service does)."""
    record = record_of(practice_id, patient_id)
    if record is None:
        raise PatientNotFound
    treatment = treatment_of(practice_id, patient_id)
    supplies = handed_out(practice_id, treatment, on)
    return chart_from(record, treatment, on, read_through(practice_id, patient_id), supplies)
