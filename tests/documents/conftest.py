"""A document of a patient."""

from datetime import date

import pytest

from epione.documents.public import (
    Answer,
    Bullets,
    Content,
    Facts,
    Finding,
    Heading,
    Notice,
    Paragraph,
    Sender,
    Table,
    write_document,
)
from epione.kernel.ids import uuid7
from epione.patients.public import Identity, create_patient


def content_of(**changed):
    """One page with every kind of block."""
    facts = {
        "title": "Courrier au médecin traitant",
        "lang": "fr",
        "on": date(2026, 11, 20),
        "sender": Sender("Pharmacie des Halles", ("2 rue des Halles", "69002 Lyon"), "Camille Rey", "Pharmacienne"),
        "place": "Lyon, le 20 novembre 2026",
        "recipient": ("Dr Hélène Aubry", "4 rue du Port"),
        "patient": (("Patient", "VASSEUR Jeanne"), ("Née le", "12/03/1942")),
        "blocks": (
            Heading("Constats"),
            Paragraph("Œdème des chevilles ; fonction rénale à contrôler (≥ 30 mL/min)."),
            Bullets(("Ramipril", "Ibuprofène")),
            Facts((("DFG", "33 mL/min"),)),
            Table(("Médicament", "Dose"), (("Ramipril", "5 mg"), ("Ibuprofène", "400 mg")), "lr"),
            Finding(
                "ad",
                "Association déconseillée",
                "Ramipril + ibuprofène",
                "Risque rénal.",
                "Arrêter.",
                "ANSM p. 25",
                "Vu",
            ),
            Notice("Aide à la décision, pas un dispositif médical."),
            Answer("Votre avis :", ("D’accord", "Pas d’accord")),
        ),
        "notes": ("Thésaurus, édition 2023-09-15.",),
        "closing": "Bien confraternellement.",
        "reference": "EP-0001",
        "labels": {"proposal": "Proposition :"},
    }
    return Content(**{**facts, **changed})


@pytest.fixture
def content():
    return content_of()


@pytest.fixture
def pharmacist(actor):
    return actor("pharmacist")


@pytest.fixture
def jeanne(pharmacist):
    return create_patient(identity=Identity("Jeanne", "Vasseur", date(1942, 3, 12)), by=pharmacist)


@pytest.fixture
def write(pharmacist, jeanne):
    """Writes documents: each for a new subject unless one is given."""

    def make(subject_id=None, kind="medication_reviews.letter", patient_id=jeanne.id, **changed):
        return write_document(
            kind=kind,
            patient_id=patient_id,
            subject_id=subject_id or uuid7(),
            content=content_of(**changed),
            by=pharmacist,
        )

    return make


@pytest.fixture
def letter(write):
    return write()
