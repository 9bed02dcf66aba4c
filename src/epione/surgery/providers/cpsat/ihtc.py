"""IHTC-2024 on CP-SAT: admissions first, then nurses for them, then both together from there."""

import time
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from ortools.sat.python import cp_model

from epione.surgery.domain.ihtc.instance import SHIFTS, Admission, Hospital, Nurse, Patient, Solution
from epione.surgery.domain.planning.job import Options

from .solving import solver_for

SHARES = (0.35, 0.15)
"""Of the time: admissions alone, then nurses alone; the rest for both together."""


class HospitalModel:
    """The whole instance; without nurses when only admissions are asked."""

    def __init__(self, hospital: Hospital, *, nurses: bool, settled: Solution | None = None) -> None:
        self.hospital, self.model, self.settled = hospital, cp_model.CpModel(), settled
        self.terms: list[Any] = []
        self.bed: dict[tuple[str, int, str], Any] = {}
        self.theatre: dict[tuple[str, int, str], Any] = {}
        self.nurse: dict[tuple[str, int, str], Any] = {}
        for patient in hospital.patients:
            self._admit(patient)
        self._theatres()
        self._there()
        self._beds()
        if nurses:
            self._nurses()
        self.model.minimize(sum(self.terms))

    def _admit(self, patient: Patient) -> None:
        """A day, a bed and a theatre, or none for those who can wait."""
        model, weights = self.model, self.hospital.weights
        placed = []
        for day in range(patient.release, patient.due + 1):
            theatres = [
                name
                for name, minutes in self.hospital.theaters.items()
                if min(minutes[day], self.hospital.surgeons[patient.surgeon][day]) >= patient.duration
            ]
            beds = [name for name in self.hospital.rooms if name not in patient.excluded]
            for kind, names in ((self.bed, beds), (self.theatre, theatres)):
                kind |= {(patient.id, day, name): model.new_bool_var("") for name in names}
            admitted = sum(self.bed[patient.id, day, name] for name in beds)
            model.add(admitted == sum(self.theatre[patient.id, day, name] for name in theatres))
            placed.append(admitted)
            self.terms.append(weights["patient_delay"] * (day - patient.release) * admitted)
        if patient.mandatory:
            model.add(sum(placed) == 1)
        else:
            model.add(sum(placed) <= 1)
            self.terms.append(weights["unscheduled_optional"] * (1 - sum(placed)))
        self._settle(patient)

    def _settle(self, patient: Patient) -> None:
        """Admissions that are given and not asked."""
        if self.settled is None:
            return
        one = self.settled.admissions.get(patient.id)
        for kind, place in ((self.bed, one.room if one else ""), (self.theatre, one.theater if one else "")):
            for (name, day, where), literal in kind.items():
                if name == patient.id:
                    self.model.add(literal == (one is not None and (day, where) == (one.day, place)))

    def _theatres(self) -> None:
        """Minutes of theatres and surgeons; theatres opened, surgeons who change theatre."""
        patients = {one.id: one for one in self.hospital.patients}
        used: dict[tuple[str, int], list[Any]] = defaultdict(list)
        operated: dict[tuple[str, int], list[Any]] = defaultdict(list)
        visits: dict[tuple[str, int, str], list[Any]] = defaultdict(list)
        for (name, day, theatre), literal in self.theatre.items():
            minutes, surgeon = patients[name].duration * literal, patients[name].surgeon
            used[theatre, day].append(minutes)
            operated[surgeon, day].append(minutes)
            visits[surgeon, day, theatre].append(literal)
        opened = {key: self.model.new_bool_var("") for key in used}
        for (theatre, day), loads in used.items():
            self.model.add(sum(loads) <= self.hospital.theaters[theatre][day] * opened[theatre, day])
        for (surgeon, day), loads in operated.items():
            self.model.add(sum(loads) <= self.hospital.surgeons[surgeon][day])
        self.terms.append(self.hospital.weights["open_operating_theater"] * sum(opened.values()))
        self._transfers(visits, opened)

    def _transfers(self, visits: dict[tuple[str, int, str], list[Any]], opened: dict[tuple[str, int], Any]) -> None:
        there: dict[tuple[str, int], list[Any]] = defaultdict(list)
        for (surgeon, day, theatre), literals in visits.items():
            comes = self.model.new_bool_var("")
            there[surgeon, day].append(comes)
            for literal in literals:
                self.model.add_implication(literal, comes)
                self.model.add_implication(literal, opened[theatre, day])
        for comings in there.values():
            more = self.model.new_int_var(0, len(comings), "")
            self.model.add(more >= sum(comings) - 1)
            self.terms.append(self.hospital.weights["surgeon_transfer"] * more)

    def _there(self) -> None:
        """Who lies in a room on a day: for each patient the admissions that lead there."""
        self.lying: dict[tuple[str, int], dict[str, list[tuple[int, Any]]]] = defaultdict(lambda: defaultdict(list))
        stays = {one.id: one.stay for one in self.hospital.patients}
        for (name, first, room), literal in self.bed.items():
            for day in range(first, min(first + stays[name], self.hospital.days)):
                self.lying[room, day][name].append((first, literal))
        for one in self.hospital.occupants:
            for day in range(min(one.stay, self.hospital.days)):
                self.lying[one.room, day][one.id].append((0, 1))

    def _beds(self) -> None:
        """Beds, one gender a room, near ages."""
        people = {one.id: one for one in (*self.hospital.patients, *self.hospital.occupants)}
        genders = sorted({one.gender for one in people.values()})
        oldest = max((one.age for one in people.values()), default=0)
        for (room, _), there in self.lying.items():
            is_of = {gender: self.model.new_bool_var("") for gender in genders}
            self.model.add_at_most_one(is_of.values())
            low, high = (self.model.new_int_var(0, oldest, "") for _ in range(2))
            mixed = self.model.new_int_var(0, oldest, "")
            self.model.add(mixed >= high - low)
            self.terms.append(self.hospital.weights["room_mixed_age"] * mixed)
            counts = {name: sum(literal for _, literal in firsts) for name, firsts in there.items()}
            for gender, literal in is_of.items():
                same = sum(count for name, count in counts.items() if people[name].gender == gender)
                self.model.add(same <= self.hospital.rooms[room] * literal)
            for name, count in counts.items():
                self.model.add(is_of[people[name].gender] >= count)
                self.model.add(high >= people[name].age * count)
                self.model.add(low <= oldest - (oldest - people[name].age) * count)

    def _nurses(self) -> None:
        """One nurse for each room and shift; levels, loads, faces."""
        self.people = {one.id: one for one in (*self.hospital.patients, *self.hospital.occupants)}
        self.levels = {one.id: one.level for one in self.hospital.nurses}
        self.meets: dict[tuple[str, str], Any] = {}
        loads: dict[tuple[str, int], list[Any]] = defaultdict(list)
        for shift in range(self.hospital.days * SHIFTS):
            working = [one for one in self.hospital.nurses if shift in one.shifts]
            for room in self.hospital.rooms:
                self._room_shift(room, shift, working, loads)
        bearable = {one.id: one.shifts for one in self.hospital.nurses}
        for (nurse, shift), parts in loads.items():
            excess = self.model.new_int_var(0, 10_000, "")
            self.model.add(excess >= sum(parts) - bearable[nurse][shift])
            self.terms.append(self.hospital.weights["nurse_eccessive_workload"] * excess)
        self.terms.append(self.hospital.weights["continuity_of_care"] * sum(self.meets.values()))

    def _room_shift(self, room: str, shift: int, working: list[Nurse], loads: dict[tuple[str, int], list[Any]]) -> None:
        there = self.lying.get((room, shift // SHIFTS))
        if not there:
            return
        chosen = {one.id: self.model.new_bool_var("") for one in working}
        self.nurse |= {(room, shift, name): literal for name, literal in chosen.items()}
        self.model.add_exactly_one(chosen.values())
        part = shift % SHIFTS
        work = sum(
            self.people[name].workload[(shift // SHIFTS - first) * SHIFTS + part] * literal
            for name, firsts in there.items()
            for first, literal in firsts
        )
        for nurse, literal in chosen.items():
            load = self.model.new_int_var(0, 10_000, "")
            self.model.add(load >= work).only_enforce_if(literal)
            loads[nurse, shift].append(load)
        level = sum(self.levels[nurse] * literal for nurse, literal in chosen.items())
        for name, firsts in there.items():
            self._care(name, firsts, shift, level, chosen)

    def _care(self, name: str, firsts: list[tuple[int, Any]], shift: int, level: Any, chosen: dict[str, Any]) -> None:
        """The level a patient needs in a shift, and whose face she sees."""
        needed = [(self.people[name].skill[shift - first * SHIFTS], literal) for first, literal in firsts]
        least = min((self.levels[nurse] for nurse in chosen), default=0)
        if any(skill > least for skill, _ in needed):
            lacking = self.model.new_int_var(0, 100, "")
            # Whoever lies elsewhere needs nothing here: her need is then zero, and no level lacks.
            self.model.add(lacking >= sum(skill * literal for skill, literal in needed) - level)
            self.terms.append(self.hospital.weights["room_nurse_skill"] * lacking)
        here = sum(literal for _, literal in firsts)
        for nurse, literal in chosen.items():
            met = self.meets.setdefault((name, nurse), self.model.new_bool_var(""))
            self.model.add(met >= literal + here - 1)

    def hint(self, solution: Solution) -> None:
        """Start from a known solution."""
        for kind in (self.bed, self.theatre):
            for (name, day, place), literal in kind.items():
                one = solution.admissions.get(name)
                self.model.add_hint(literal, one is not None and one.day == day and place in (one.room, one.theater))
        for (room, shift, nurse), literal in self.nurse.items():
            if (room, shift) in solution.nurses:
                self.model.add_hint(literal, solution.nurses[room, shift] == nurse)

    def solution(self, solver: cp_model.CpSolver) -> Solution:
        """What the solver has found."""
        theatres = {name: theatre for (name, _, theatre), one in self.theatre.items() if solver.value(one)}
        admissions = {
            name: Admission(day, room, theatres[name])
            for (name, day, room), one in self.bed.items()
            if solver.value(one)
        }
        nurses = {(room, shift): nurse for (room, shift, nurse), one in self.nurse.items() if solver.value(one)}
        return Solution(admissions, nurses)


@dataclass(frozen=True)
class HospitalAnswer:
    """A solution, its cost in the model, the least that is proved; None when none was found in time."""

    solution: Solution | None
    value: int = 0
    bound: int = 0


def solve_hospital(hospital: Hospital, options: Options) -> HospitalAnswer:
    """The best solution within the time: admissions, nurses for them, then both together from there."""
    deadline = time.monotonic() + options.seconds
    first = _run(HospitalModel(hospital, nurses=False), options, options.seconds * SHARES[0])
    if first.solution is None:
        return first
    second = _run(HospitalModel(hospital, nurses=True, settled=first.solution), options, options.seconds * SHARES[1])
    if second.solution is None:
        return second
    whole = HospitalModel(hospital, nurses=True)
    whole.hint(second.solution)
    third = _run(whole, options, deadline - time.monotonic())
    if third.solution is None or third.value > second.value:
        return replace(second, bound=first.bound)
    return replace(third, bound=max(third.bound, first.bound))


def _run(model: HospitalModel, options: Options, seconds: float) -> HospitalAnswer:
    solver = solver_for(options, seconds)
    if solver.solve(model.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return HospitalAnswer(None)
    bound = max(0, int(solver.best_objective_bound + 0.999))
    return HospitalAnswer(model.solution(solver), round(solver.objective_value), bound)
