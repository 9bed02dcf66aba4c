"""Instances and solutions of IHTC-2024, read from their JSON and written back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from epione.surgery.domain.planning.fields import BadInstance, Fault, Fields

SHIFTS = 3
WEIGHTS = (
    "room_mixed_age", "room_nurse_skill", "continuity_of_care", "nurse_eccessive_workload", "open_operating_theater",
    "surgeon_transfer", "patient_delay", "unscheduled_optional",
)  # fmt: skip
"""As the format spells them."""
_MOST = 10_000_000


@dataclass(frozen=True)
class Patient:
    """Somebody to admit, or (with `room`) an occupant since before the first day. Ages are ranks of age groups."""

    id: str
    gender: str
    age: int
    stay: int
    workload: tuple[int, ...]
    skill: tuple[int, ...]
    mandatory: bool = False
    release: int = 0
    due: int = 0
    duration: int = 0
    surgeon: str = ""
    excluded: frozenset[str] = frozenset()
    room: str = ""


@dataclass(frozen=True)
class Nurse:
    """A nurse: level, and the load she can bear in each shift she works."""

    id: str
    level: int
    shifts: Mapping[int, int]


@dataclass(frozen=True)
class Hospital:
    """A whole instance."""

    days: int
    shift_types: tuple[str, ...]
    weights: Mapping[str, int]
    patients: tuple[Patient, ...]
    occupants: tuple[Patient, ...]
    nurses: tuple[Nurse, ...]
    rooms: Mapping[str, int]
    surgeons: Mapping[str, tuple[int, ...]]
    theaters: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Admission:
    """When, in which bedroom and in which theatre."""

    day: int
    room: str
    theater: str


@dataclass(frozen=True)
class Solution:
    """Admissions by patient (who is missing waits for the next period), and the nurse of each room and shift."""

    admissions: Mapping[str, Admission]
    nurses: Mapping[tuple[str, int], str]


def read_hospital(values: Any) -> Hospital:
    """The instance, or `BadInstance` with every fault; fields that the format does not know are left alone."""
    faults: list[Fault] = []
    top = Fields(values, "", faults)
    days = top.number("days", 1, 366)
    ages, types = top.names("age_groups"), top.names("shift_types")
    weights = Fields(top.raw("weights"), "weights", faults)
    hospital = Hospital(
        days=days,
        shift_types=types,
        weights={name: weights.number(name, 0, _MOST) for name in WEIGHTS},
        patients=tuple(_patient(one, ages, days) for one in _each(top, "patients")),
        occupants=tuple(_occupant(one, ages) for one in _each(top, "occupants")),
        nurses=tuple(_nurse(one, types) for one in _each(top, "nurses")),
        rooms={one.text("id", needed=True): one.number("capacity", 0, _MOST) for one in _each(top, "rooms")},
        surgeons={
            one.text("id", needed=True): _series(one, "max_surgery_time", days) for one in _each(top, "surgeons")
        },
        theaters={
            one.text("id", needed=True): _series(one, "availability", days) for one in _each(top, "operating_theaters")
        },
    )
    if len(types) != SHIFTS:
        top.refuse("shift_types", "trois périodes sont attendues", "three shifts are expected")
    _references(top, hospital)
    if faults:
        raise BadInstance(tuple(faults))
    return hospital


def _references(top: Fields, hospital: Hospital) -> None:
    """Names that stand for nothing."""
    for number, patient in enumerate(hospital.patients):
        if patient.surgeon not in hospital.surgeons:
            top.refuse(f"patients[{number}].surgeon_id", "inconnu", "unknown")
    for number, patient in enumerate(hospital.occupants):
        if patient.room not in hospital.rooms:
            top.refuse(f"occupants[{number}].room_id", "inconnu", "unknown")


def _each(top: Fields, name: str) -> list[Fields]:
    return [Fields(one, f"{name}[{number}]", top.faults) for number, one in enumerate(top.items(name))]


def _series(one: Fields, name: str, length: int) -> tuple[int, ...]:
    """Whole numbers, exactly so many."""
    found = one.items(name)
    if len(found) != length or not all(type(value) is int and 0 <= value <= _MOST for value in found):
        one.refuse(name, f"{length} entiers positifs sont attendus", f"{length} positive whole numbers are expected")
        return (0,) * length
    return tuple(found)


def _person(one: Fields, ages: tuple[str, ...], **more: Any) -> Patient:
    age, stay = one.text("age_group", needed=True), one.number("length_of_stay", 1, 366)
    if age not in ages:
        one.refuse("age_group", "inconnu", "unknown")
    return Patient(
        id=one.text("id", needed=True),
        gender=one.text("gender", needed=True),
        age=ages.index(age) if age in ages else 0,
        stay=stay,
        workload=_series(one, "workload_produced", stay * SHIFTS),
        skill=_series(one, "skill_level_required", stay * SHIFTS),
        **more,
    )


def _occupant(one: Fields, ages: tuple[str, ...]) -> Patient:
    return _person(one, ages, room=one.text("room_id", needed=True))


def _patient(one: Fields, ages: tuple[str, ...], days: int) -> Patient:
    mandatory, release = one.flag("mandatory"), one.number("surgery_release_day", 0, 366)
    due = one.number("surgery_due_day", 0, 366) if mandatory else days - 1
    return _person(
        one,
        ages,
        mandatory=mandatory,
        release=release,
        due=min(due, days - 1),
        duration=one.number("surgery_duration", 0, _MOST),
        surgeon=one.text("surgeon_id", needed=True),
        excluded=frozenset(one.names("incompatible_room_ids")),
    )


def _nurse(one: Fields, types: tuple[str, ...]) -> Nurse:
    shifts = {}
    for work in _each(one, "working_shifts"):
        name = work.text("shift", needed=True)
        if name not in types:
            work.refuse("shift", "inconnu", "unknown")
            continue
        shifts[work.number("day", 0, 366) * SHIFTS + types.index(name)] = work.number("max_load", 0, _MOST)
    return Nurse(one.text("id", needed=True), one.number("skill_level", 0, 100), shifts)


def solution_facts(hospital: Hospital, solution: Solution) -> dict[str, Any]:
    """The solution in the format of the competition."""
    patients: list[dict[str, Any]] = []
    for patient in hospital.patients:
        one = solution.admissions.get(patient.id)
        facts: dict[str, Any] = {"id": patient.id, "admission_day": one.day if one else "none"}
        patients.append(facts | ({"room": one.room, "operating_theater": one.theater} if one else {}))
    nurses = []
    for nurse in hospital.nurses:
        work = [
            {
                "day": shift // SHIFTS,
                "shift": hospital.shift_types[shift % SHIFTS],
                "rooms": [room for room in hospital.rooms if solution.nurses.get((room, shift)) == nurse.id],
            }
            for shift in sorted(nurse.shifts)
        ]
        nurses.append({"id": nurse.id, "assignments": work})
    return {"patients": patients, "nurses": nurses}


def read_solution(hospital: Hospital, values: Any) -> Solution:
    """A solution as the competition writes it."""
    faults: list[Fault] = []
    top = Fields(values, "", faults)
    admissions = {}
    for one in _each(top, "patients"):
        if one.raw("admission_day") not in ("none", None):
            day = one.number("admission_day", 0, 366)
            place = Admission(day, one.text("room", needed=True), one.text("operating_theater", needed=True))
            admissions[one.text("id", needed=True)] = place
    nurses: dict[tuple[str, int], str] = {}
    for one in _each(top, "nurses"):
        for work in _each(one, "assignments"):
            name = work.text("shift", needed=True)
            place_in_day = hospital.shift_types.index(name) if name in hospital.shift_types else 0
            shift = work.number("day", 0, 366) * SHIFTS + place_in_day
            nurses |= {(room, shift): one.text("id", needed=True) for room in work.names("rooms")}
    if faults:
        raise BadInstance(tuple(faults))
    return Solution(admissions, nurses)
