"""Small theatres for the tests, written as JSON values."""

from typing import Any

from epione.surgery.public import Instance, Options, read_instance

DAY = "2026-11-23"
QUICK = Options(seconds=2, repeatable=True)


def hours(start: str = "08:00", end: str = "18:00") -> dict[str, str]:
    return {"from": start, "to": end}


def case(name: str, minutes: int = 60, **more: Any) -> dict[str, Any]:
    return {"id": name, "surgeon": "S1", "operation_minutes": minutes, "anaesthetist": False, **more}


def values(*cases: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "today": "2026-11-16",
        "days": [DAY],
        "rooms": [{"id": "R1", "name": "Salle 1", "hours": hours()}],
        "surgeons": [
            {"id": "S1", "name": "Dr Un", "hours": hours("07:00", "20:00")},
            {"id": "S2", "name": "Dr Deux", "hours": hours("07:00", "20:00")},
        ],
        "anaesthetists": 5,
        "recovery_beds": 5,
        "cases": list(cases),
        **more,
    }


def theatre(*cases: dict[str, Any], **more: Any) -> Instance:
    return read_instance(values(*cases, **more))
