"""A pharmacist, her browser and a patient whose treatment she enters."""

from datetime import date

import pytest

from epione.patients.public import Identity, Sex, create_patient
from epione.prescriptions.public import LineContent, add_lines


@pytest.fixture
def pharmacist(actor):
    return actor("pharmacist")


@pytest.fixture
def browser(client_as, pharmacist):
    return client_as(by=pharmacist)


@pytest.fixture
def jeanne(pharmacist):
    return create_patient(identity=Identity("Jeanne", "Vasseur", date(1942, 3, 12), Sex.FEMALE), by=pharmacist)


@pytest.fixture
def add(pharmacist, jeanne):
    """Adds one line to Jeanne's treatment."""

    def one(written="amlodipine 5 mg", **values):
        values.setdefault("inn", "amlodipine")
        content = LineContent(written, **values)
        return add_lines(patient_id=jeanne.id, contents=[content], by=pharmacist)[0]

    return one
