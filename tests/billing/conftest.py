"""A patient enrolled in the programme."""

from datetime import date

import pytest

from epione.billing.public import Done, Programme
from epione.kernel.ids import uuid7
from epione.patients.public import Identity, create_patient

FIRST = date(2026, 3, 2)


def programme_of(patient_id, year=1, done=(), subject_id=None):
    return Programme("bpm", patient_id, subject_id or uuid7(), year, tuple(done))


@pytest.fixture
def pharmacist(actor):
    return actor("pharmacist")


@pytest.fixture
def jeanne(pharmacist):
    return create_patient(identity=Identity("Jeanne", "Vasseur", date(1942, 3, 12)), by=pharmacist)


@pytest.fixture
def first_year(jeanne):
    """The programme of the first year with its first three steps done and proved."""
    done = [
        Done("adhesion", FIRST, "e1"),
        Done("collection", date(2026, 3, 9), "e2"),
        Done("analysis", date(2026, 3, 16), "e3"),
    ]
    return programme_of(jeanne.id, done=done)
