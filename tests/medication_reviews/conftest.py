"""A patient with twelve medicines; the editions that ship; treatments as people write them."""

from datetime import date
from functools import lru_cache

import pytest

from epione.medication_reviews.domain.case_json import read_case
from epione.medication_reviews.domain.knowledge import Knowledge
from epione.medication_reviews.domain.matching import match_case
from epione.medication_reviews.domain.substitutes import Substitutes
from epione.medication_reviews.providers.rules import rule_book
from epione.medications.providers.memory import load_catalogue, resolve_code, resolve_medication
from epione.medications.providers.thesaurus import load_scales, load_thesaurus
from epione.medications.providers.words import load_vocabulary
from epione.medications.public import search_medications
from epione.patients.domain.record import FactKind, Identity, Sex
from epione.patients.public import NewFact, add_facts, create_patient
from epione.prescriptions.public import LineContent, Source, add_lines

TREATMENT = [
    ("eliquis 5 mg", "1-0-1", "fibrillation atriale"),
    ("cordarone 200 mg", "1-0-0", "fibrillation atriale"),
    ("bisoprolol 2,5 mg", "1-0-0", "insuffisance cardiaque"),
    ("escitalopram 10 mg", "1-0-0", "anxiété"),
    ("furosemide 40 mg", "1-0-0", "insuffisance cardiaque"),
    ("ibuprofene 400 mg", "1 cp si besoin", ""),
    ("ramipril 5 mg", "1-0-0", "insuffisance cardiaque"),
    ("spironolactone 25 mg", "1-0-0", "insuffisance cardiaque"),
    ("metformine 1000 mg", "1-0-1", "diabète de type 2"),
    ("oxybutynine 5 mg", "1-0-1", "vessie hyperactive"),
    ("zopiclone 7,5 mg", "0-0-0-1", "sommeil"),
    ("atorvastatine 40 mg", "0-0-1", "prévention secondaire"),
]


def line(name: str, posology: str, indication: str = "", start: date = date(2025, 1, 10)) -> LineContent:
    """A line whose medicine is the first hit of the catalogue."""
    drug = search_medications(name)[0].drug
    source = Source.SELF if not indication else Source.PRESCRIBED
    return LineContent(
        written=name, cis=drug.cis or "", posology=posology, start=start, indication=indication, source=source
    )


@pytest.fixture
def pharmacist(actor):
    return actor("pharmacist")


@pytest.fixture
def jeanne(pharmacist):
    identity = Identity("Jeanne", "Vasseur", date(1942, 3, 12), Sex.FEMALE, physician="Dr Hélène Aubry")
    card = create_patient(identity=identity, by=pharmacist)
    problems = [("I48", "Fibrillation atriale"), ("I50", "Insuffisance cardiaque"), ("E11", "Diabète de type 2")]
    facts = [NewFact(FactKind.PROBLEM, {"icd10": code, "label": label}, date(2019, 1, 1)) for code, label in problems]
    values = [("creatinine", 132, "µmol/L"), ("potassium", 5.1, "mmol/L"), ("weight", 58, "kg"), ("qtc", 478, "ms")]
    facts += [
        NewFact(FactKind.OBSERVATION, {"code": code, "value": value, "unit": unit}, date(2026, 11, 1))
        for code, value, unit in values
    ]
    facts.append(NewFact(FactKind.ALLERGY, {"substance": "Pénicilline", "reaction": "urticaire"}, date(2009, 1, 1)))
    add_facts(patient_id=card.id, facts=facts, by=pharmacist)
    add_lines(patient_id=card.id, contents=[line(*one) for one in TREATMENT], by=pharmacist)
    return card


TODAY = date(2026, 11, 20)


@lru_cache(maxsize=1)
def _knowledge():
    return Knowledge(rule_book(), load_thesaurus(), load_scales(), load_catalogue(), load_vocabulary())


@pytest.fixture(scope="session")
def knowledge():
    return _knowledge()


@pytest.fixture(scope="session")
def substitutes(knowledge):
    return Substitutes(knowledge.catalogue)


@pytest.fixture(scope="session")
def matched():
    """From a JSON case to a matched case."""

    def match(values):
        case = read_case(values, on=TODAY, units=rule_book().units)
        return match_case(case, resolve_medication, resolve_code)

    return match


@pytest.fixture(scope="session")
def charted(matched):
    """A chart from names of medicines (a dict for more than a name) and what else a case holds."""

    def chart(*drugs, **case):
        written = [{"name": drug} if isinstance(drug, str) else drug for drug in drugs]
        patient = {"age": 80, "sex": "female"} | case.pop("patient", {})
        return matched({"drugs": written, "patient": patient, "conditions": [], "allergies": [], **case}).chart

    return chart
