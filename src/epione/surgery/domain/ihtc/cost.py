"""Violations and cost of a solution of IHTC-2024 by its published rules, without a line of the model that solves it."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from .instance import SHIFTS, Hospital, Patient, Solution

Stays = dict[tuple[str, int], list[tuple[Patient, int]]]
"""By room and day: who is there, since which day."""


def violations(hospital: Hospital, solution: Solution) -> dict[str, int]:
    """How often each hard rule is broken."""
    stays = _stays(hospital, solution)
    found = Counter(_patient_faults(hospital, solution))
    found["RoomGenderMix"] = sum(len({one.gender for one, _ in there}) > 1 for there in stays.values())
    found["RoomCapacity"] = sum(len(there) > hospital.rooms.get(room, 0) for (room, _), there in stays.items())
    found += Counter(_theatre_faults(hospital, solution))
    working = {nurse.id: nurse.shifts for nurse in hospital.nurses}
    found["NursePresence"] = sum(shift not in working.get(nurse, {}) for (_, shift), nurse in solution.nurses.items())
    found["UncoveredRoom"] = sum(
        (room, day * SHIFTS + part) not in solution.nurses for room, day in stays for part in range(SHIFTS)
    )
    return {name: count for name, count in found.items() if count}


def _patient_faults(hospital: Hospital, solution: Solution) -> Iterator[str]:
    for patient in hospital.patients:
        one = solution.admissions.get(patient.id)
        if one is None:
            if patient.mandatory:
                yield "MandatoryUnscheduledPatients"
            continue
        if not patient.release <= one.day <= patient.due:
            yield "AdmissionDay"
        if one.room in patient.excluded or one.room not in hospital.rooms:
            yield "PatientRoomCompatibility"


def _theatre_faults(hospital: Hospital, solution: Solution) -> Iterator[str]:
    operated, used = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    for patient in hospital.patients:
        one = solution.admissions.get(patient.id)
        if one is not None:
            operated[patient.surgeon, one.day] += patient.duration
            used[one.theater, one.day] += patient.duration
    for (surgeon, day), minutes in operated.items():
        if minutes > hospital.surgeons[surgeon][day]:
            yield "SurgeonOvertime"
    for (theater, day), minutes in used.items():
        if theater not in hospital.theaters or minutes > hospital.theaters[theater][day]:
            yield "OperatingTheaterOvertime"


def _stays(hospital: Hospital, solution: Solution) -> Stays:
    stays: Stays = defaultdict(list)
    since = [(patient, 0, patient.room) for patient in hospital.occupants]
    since += [
        (patient, one.day, one.room)
        for patient in hospital.patients
        if (one := solution.admissions.get(patient.id)) is not None
    ]
    for patient, first, room in since:
        for day in range(first, min(first + patient.stay, hospital.days)):
            stays[room, day].append((patient, first))
    return stays


def costs(hospital: Hospital, solution: Solution) -> dict[str, int]:
    """Each soft rule, weighted."""
    stays, weights = _stays(hospital, solution), hospital.weights
    ages = [[one.age for one, _ in there] for there in stays.values()]
    theatres, transfers = _theatres(hospital, solution)
    admitted = [(one, solution.admissions[one.id]) for one in hospital.patients if one.id in solution.admissions]
    skill, distinct = _nursing(hospital, solution, stays)
    optional = sum(not one.mandatory and one.id not in solution.admissions for one in hospital.patients)
    return {
        "RoomAgeMix": weights["room_mixed_age"] * sum(max(one) - min(one) for one in ages),
        "RoomSkillLevel": weights["room_nurse_skill"] * skill,
        "ContinuityOfCare": weights["continuity_of_care"] * distinct,
        "ExcessiveNurseWorkload": weights["nurse_eccessive_workload"] * _excess(hospital, solution, stays),
        "OpenOperatingRoom": weights["open_operating_theater"] * theatres,
        "SurgeonTransfer": weights["surgeon_transfer"] * transfers,
        "PatientDelay": weights["patient_delay"] * sum(one.day - patient.release for patient, one in admitted),
        "ElectiveUnscheduledPatients": weights["unscheduled_optional"] * optional,
    }


def _theatres(hospital: Hospital, solution: Solution) -> tuple[int, int]:
    """Theatres opened, and theatres that a surgeon changes to within a day."""
    used: dict[tuple[str, int], set[str]] = defaultdict(set)
    for patient in hospital.patients:
        one = solution.admissions.get(patient.id)
        if one is not None:
            used[patient.surgeon, one.day].add(one.theater)
    opened = {(theater, day) for (_, day), theaters in used.items() for theater in theaters}
    return len(opened), sum(len(theaters) - 1 for theaters in used.values())


def _nursing(hospital: Hospital, solution: Solution, stays: Stays) -> tuple[int, int]:
    """Levels that lack, and distinct nurses met, over all patients."""
    levels = {nurse.id: nurse.level for nurse in hospital.nurses}
    lacking, met = 0, defaultdict[str, set[str]](set)
    for (room, day), there in stays.items():
        for part in range(SHIFTS):
            nurse = solution.nurses.get((room, day * SHIFTS + part))
            for patient, first in there if nurse is not None else ():
                met[patient.id].add(str(nurse))
                lacking += max(0, patient.skill[(day - first) * SHIFTS + part] - levels.get(str(nurse), 0))
    return lacking, sum(len(nurses) for nurses in met.values())


def _excess(hospital: Hospital, solution: Solution, stays: Stays) -> int:
    loads = Counter[tuple[str, int]]()
    for (room, day), there in stays.items():
        for part in range(SHIFTS):
            nurse = solution.nurses.get((room, day * SHIFTS + part), "")
            loads[nurse, day * SHIFTS + part] += sum(
                patient.workload[(day - first) * SHIFTS + part] for patient, first in there
            )
    bearable = {nurse.id: nurse.shifts for nurse in hospital.nurses}
    return sum(
        max(0, load - bearable[nurse].get(shift, 0)) for (nurse, shift), load in loads.items() if nurse in bearable
    )
