"""Invented instances, the same for the same seed: to try the planner, to measure it, to test it.

Durations are lognormal, as those of most procedures are; resources are scarce enough that some cases are refused.
"""

import math
import random
from datetime import date, timedelta
from typing import Any

MONDAY = date(2026, 11, 23)
_MEDIANS = (35, 50, 70, 95, 130)
_SPREAD = 0.44
"""Standard deviation of the logarithm of a duration within a procedure: 0.38 to 0.51 in hospital series."""


def sample(seed: int, cases: int, rooms: int, days: int = 1) -> dict[str, Any]:
    """An instance as JSON values: `cases` per whole period, so many rooms, so many working days from a Monday."""
    draw = random.Random(seed)  # noqa: S311 -- invented cases, to be the same each time
    surgeons = max(2, (rooms * 3) // 2)
    dates = [MONDAY + timedelta(days=7 * (number // 5) + number % 5) for number in range(days)]
    return {
        "version": 1,
        "today": (MONDAY - timedelta(days=7)).isoformat(),
        "days": [day.isoformat() for day in dates],
        "rooms": [_room(number) for number in range(1, rooms + 1)],
        "surgeons": [_surgeon(draw, number, dates) for number in range(1, surgeons + 1)],
        "anaesthetists": max(1, rooms - 1),
        "teams": [{"id": "nurses", "name": "Nurses", "count": rooms}],
        "equipment": [{"id": "tower", "name": "Tour de cœlioscopie", "count": max(1, rooms // 3)}],
        "trays": [_tray(rooms)],
        "recovery_beds": max(1, rooms),
        "intensive_care_beds": max(1, rooms // 4),
        "blocks": [
            {
                "room": "R1",
                "day": dates[0].isoformat(),
                "hours": {"from": "08:00", "to": "12:00"},
                "surgeons": ["S1", "S2"],
                "release_days": 3,
            }
        ],
        "cases": [_case(draw, number, surgeons) for number in range(1, cases + 1)],
    }


def _tray(rooms: int) -> dict[str, Any]:
    return {"id": "ortho", "name": "Boîte d’orthopédie", "count": max(1, rooms // 2), "reprocessing_minutes": 120}


def _room(number: int) -> dict[str, Any]:
    features = ["laminar"] if number % 2 == 0 else ["c-arm"]
    return {
        "id": f"R{number}",
        "name": f"Salle {number}",
        "hours": {"from": "08:00", "to": "18:00" if number % 4 else "14:00"},
        "features": features,
    }


def _surgeon(draw: random.Random, number: int, dates: list[date]) -> dict[str, Any]:
    hours = draw.choice([("08:00", "18:00"), ("08:00", "18:00"), ("08:00", "13:00"), ("12:00", "19:00")])
    away = [day for day in dates if draw.random() < 0.1]
    return {
        "id": f"S{number}",
        "name": f"Dr {number}",
        "hours": {"from": hours[0], "to": hours[1]},
        "days": {day.isoformat(): None for day in away},
    }


def _case(draw: random.Random, number: int, surgeons: int) -> dict[str, Any]:
    minutes = draw.choice(_MEDIANS) * math.exp(draw.gauss(0, _SPREAD))
    case: dict[str, Any] = {
        "id": f"C{number:03d}",
        "surgeon": f"S{draw.randint(1, surgeons)}",
        "preparation_minutes": draw.choice([10, 15, 20, 25]),
        "operation_minutes": max(10, min(360, round(minutes))),
        "cleaning_minutes": draw.choice([10, 15, 20]),
        "recovery_minutes": draw.choice([0, 45, 60, 90]),
        "priority": draw.choices(["urgent", "soon", "routine"], [1, 3, 6])[0],
        "waiting_days": draw.randint(0, 200),
        "team": "nurses",
        "needs": draw.choices([[], ["laminar"], ["c-arm"]], [6, 2, 2])[0],
        "equipment": ["tower"] if draw.random() < 0.25 else [],
        "trays": ["ortho"] if draw.random() < 0.2 else [],
        "intensive_care": draw.random() < 0.05,
    }
    rare = {"latex_allergy": 0.03, "infected": 0.05, "child": 0.1}
    return case | {name: True for name, chance in rare.items() if draw.random() < chance}
