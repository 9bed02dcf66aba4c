"""Instances are read strictly: what cannot be is refused where it stands, in both languages."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epione.surgery.public import BadInstance, changed, parse, read_instance, read_plan

from .theatre import case, theatre, values


def faults(given_values: Any) -> dict[str, str]:
    with pytest.raises(BadInstance) as refused:
        read_instance(given_values)
    assert all(fault.text["fr"] and fault.text["en"] for fault in refused.value.faults)
    return {fault.where: fault.text["en"] for fault in refused.value.faults}


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"operation_minutes": 0}, "cases[0].operation_minutes"),
        ({"operation_minutes": True}, "cases[0].operation_minutes"),
        ({"operation_minutes": 961}, "cases[0].operation_minutes"),
        ({"surgeon": "S9"}, "cases[0].surgeon"),
        ({"equipment": ["tower"]}, "cases[0].equipment"),
        ({"rooms": ["R1", "R1"]}, "cases[0].rooms"),
        ({"priority": "asap"}, "cases[0].priority"),
        ({"latex": True}, "cases[0].latex"),
        ({"infected": "no"}, "cases[0].infected"),
        ({"not_before": "2026-02-30"}, "cases[0].not_before"),
        ({"not_before": "2026-12-02", "not_after": "2026-12-01"}, "cases[0].not_after"),
    ],
)
def test_an_impossible_value_of_a_case_is_refused_by_its_path(change: dict[str, Any], where: str) -> None:
    assert list(faults(values(case("C1") | change))) == [where]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"version": 2}, "version"),
        ({"days": []}, "days"),
        ({"days": ["2026-11-23", "2026-11-23"]}, "days[1]"),
        ({"rooms": [{"id": "R1", "hours": {"from": "18:00", "to": "08:00"}}]}, "rooms[0].hours.to"),
        ({"rooms": [{"id": "R1", "hours": {"from": "08:00", "to": "24:01"}}]}, "rooms[0].hours.to"),
        ({"rooms": [{"id": "R1", "hours": None}, {"id": "R1", "hours": None}]}, "rooms[1].id"),
        ({"anaesthetists": None}, "anaesthetists"),
        ({"beds": 4}, "beds"),
        ({"trays": [{"id": "T", "count": -1}]}, "trays[0].count"),
        ({"blocks": [{"room": "R1", "day": "2026-11-23"}]}, "blocks[0].hours"),
    ],
)
def test_an_impossible_value_of_the_theatre_is_refused_by_its_path(change: dict[str, Any], where: str) -> None:
    assert list(faults(values() | change)) == [where]


def test_every_fault_is_named_at_once() -> None:
    found = faults(values(case("C1", 0), case("C1", surgeon="?"), case("C3", recovery_minutes=-5)))

    assert set(found) == {
        "cases[0].operation_minutes",
        "cases[1].surgeon",
        "cases[1].id",
        "cases[2].recovery_minutes",
    }


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(json_values, st.sampled_from(sorted(values())))
def test_no_value_makes_the_reader_fail_otherwise_than_by_a_refusal(value: Any, name: str) -> None:
    for given_values in (value, values(case("C1")) | {name: value}, values(case("C1") | {"trays": value})):
        try:
            read_instance(given_values)
        except BadInstance as refused:
            assert refused.faults


@given(json_values)
def test_no_value_makes_the_reader_of_plans_fail_otherwise(value: Any) -> None:
    try:
        read_plan(value)
        read_plan({"placements": value})
    except BadInstance as refused:
        assert refused.faults


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "nul"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(BadInstance):
        parse(text)


@pytest.mark.parametrize(
    "setting", ["room:R9=08:00-19:00", "room:R1=19:00-08:00", "recovery=many", "x", "tray:T=2", "room:R1="]
)
def test_a_change_that_makes_no_sense_is_refused(setting: str) -> None:
    with pytest.raises(BadInstance):
        changed(theatre(), [setting])
