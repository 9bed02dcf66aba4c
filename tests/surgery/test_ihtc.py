"""The competition's format: the cost of a small solution worked out by hand, and solving it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epione.surgery.domain.ihtc.cost import costs, violations
from epione.surgery.domain.ihtc.instance import (
    WEIGHTS,
    Admission,
    Hospital,
    Solution,
    read_hospital,
    read_solution,
    solution_facts,
)
from epione.surgery.providers.cpsat.ihtc import solve_hospital
from epione.surgery.public import BadInstance, Options

SHIFTS = ("early", "late", "night")


def patient(name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "mandatory": False,
        "gender": "A",
        "age_group": "adult",
        "length_of_stay": 1,
        "surgery_release_day": 0,
        "surgery_duration": 100,
        "surgeon_id": "s0",
        "incompatible_room_ids": [],
        "workload_produced": [2, 2, 2],
        "skill_level_required": [1, 0, 0],
        **more,
    }


def values(*patients: dict[str, Any], occupants: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    work = [{"day": day, "shift": shift, "max_load": 3} for day in (0, 1) for shift in SHIFTS]
    return {
        "days": 2,
        "skill_levels": 2,
        "shift_types": list(SHIFTS),
        "age_groups": ["infant", "adult", "elderly"],
        "weights": {name: 10**place for place, name in enumerate(WEIGHTS)},
        "nurses": [{"id": f"n{level}", "skill_level": level, "working_shifts": work} for level in (0, 1)],
        "rooms": [{"id": "r0", "capacity": 2}, {"id": "r1", "capacity": 1}],
        "operating_theaters": [{"id": "t0", "availability": [150, 300]}, {"id": "t1", "availability": [100, 0]}],
        "surgeons": [{"id": "s0", "max_surgery_time": [200, 200]}],
        "patients": list(patients),
        "occupants": list(occupants),
    }


def hospital(*patients: dict[str, Any], **more: Any) -> Hospital:
    return read_hospital(values(*patients, **more))


def by(nurse: str, *rooms: str) -> dict[tuple[str, int], str]:
    return {(room, shift): nurse for room in rooms for shift in range(6)}


def test_the_cost_is_that_of_the_published_rules() -> None:
    instance = hospital(patient("p0"), patient("p1", age_group="elderly"), patient("p2"))
    both = Solution({"p0": Admission(0, "r0", "t0"), "p1": Admission(0, "r0", "t1")}, by("n0", "r0"))

    assert violations(instance, both) == {}
    assert list(costs(instance, both).values()) == [1, 20, 200, 3000, 20_000, 100_000, 0, 10_000_000]


def test_a_delay_and_a_second_nurse_are_counted() -> None:
    instance = hospital(patient("p0", length_of_stay=2, workload_produced=[0] * 6, skill_level_required=[0] * 6))
    nurses = by("n0", "r0") | {("r0", 3): "n1"}

    late = costs(instance, Solution({"p0": Admission(1, "r0", "t0")}, nurses))
    assert (late["PatientDelay"], late["ContinuityOfCare"]) == (1_000_000, 200)


@pytest.mark.parametrize(
    ("more", "admission", "rule"),
    [
        ({"mandatory": True, "surgery_due_day": 1}, None, "MandatoryUnscheduledPatients"),
        ({"surgery_release_day": 1}, Admission(0, "r0", "t0"), "AdmissionDay"),
        ({"incompatible_room_ids": ["r0"]}, Admission(0, "r0", "t0"), "PatientRoomCompatibility"),
        ({"surgery_duration": 201}, Admission(1, "r0", "t0"), "SurgeonOvertime"),
        ({"surgery_duration": 120}, Admission(0, "r0", "t1"), "OperatingTheaterOvertime"),
        ({"gender": "B"}, Admission(0, "r1", "t0"), "RoomGenderMix"),
        ({}, Admission(0, "r1", "t0"), "RoomCapacity"),
    ],
)
def test_each_hard_rule_is_counted(more: dict[str, Any], admission: Admission | None, rule: str) -> None:
    lying = {name: value for name, value in patient("a0").items() if not name.startswith(("surg", "mand", "incomp"))}
    instance = hospital(patient("p0", **more), occupants=(lying | {"room_id": "r1"},))
    solution = Solution({"p0": admission} if admission else {}, by("n1", "r0", "r1"))

    assert rule in violations(instance, solution)


def test_a_room_without_a_nurse_or_with_one_who_is_away_is_counted() -> None:
    instance = hospital(patient("p0"))
    admitted = {"p0": Admission(0, "r0", "t0")}

    assert violations(instance, Solution(admitted, {("r0", 0): "n0", ("r0", 1): "n0"})) == {"UncoveredRoom": 1}
    assert violations(instance, Solution(admitted, by("n9", "r0"))) == {"NursePresence": 6}


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(["A", "B"]), min_size=1, max_size=4), st.data())
def test_what_is_solved_breaks_nothing_and_costs_what_it_says(genders: list[str], data: st.DataObject) -> None:
    instance = hospital(
        *(
            patient(f"p{number}", gender=gender, age_group=data.draw(st.sampled_from(["infant", "elderly"])))
            for number, gender in enumerate(genders)
        )
    )
    answer = solve_hospital(instance, Options(seconds=3, repeatable=True))

    assert answer.solution is not None
    assert violations(instance, answer.solution) == {}
    assert sum(costs(instance, answer.solution).values()) == answer.value >= answer.bound
    assert read_solution(instance, solution_facts(instance, answer.solution)).admissions == answer.solution.admissions


def test_what_cannot_be_solved_has_no_solution() -> None:
    instance = hospital(patient("p0", mandatory=True, surgery_due_day=0, surgery_duration=500))

    assert solve_hospital(instance, Options(seconds=1, repeatable=True)).solution is None


@pytest.mark.parametrize(
    "change", [{"days": 0}, {"patients": [{}]}, {"weights": {}}, {"shift_types": ["early"]}, {"surgeons": []}]
)
def test_a_malformed_instance_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadInstance) as refused:
        read_hospital(values(patient("p0")) | change)

    assert refused.value.faults
