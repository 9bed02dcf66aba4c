"""Every criterion on patients written by hand: positive, negative and unknown (see `criteria/README.md`)."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from epione.medication_reviews.domain.chart import Chart, DatedObservation, PastDrug, Problem, Vaccination
from epione.medication_reviews.domain.criteria import evaluate
from epione.medication_reviews.domain.rulebook import canonical
from epione.medication_reviews.providers.rules import load_rules, rule_book
from epione.medications.domain.drug import Drug, DrugStatus, Release, TreatmentLine
from epione.patients.domain.observations import measure_of

TODAY = date(2026, 11, 20)
FOLDER = Path(__file__).parent / "criteria"
ROUTES = {"oral": "orale", "vaginal": "vaginale", "skin": "cutanée", "patch": "transdermique", "iv": "intraveineuse"}


def units(tree, found):
    if isinstance(tree, dict):
        if "obs" in tree:
            found[tree["obs"]] = tree.get("unit", "")
        for child in tree.values():
            units(child, found)
    elif isinstance(tree, list):
        for child in tree:
            units(child, found)
    return found


UNITS = units(load_rules()["criteria"], {})


def ago(text):
    return None if text is None else TODAY - timedelta(days=int(text))


def read_line(words):
    name, atc, *details = words
    line = TreatmentLine(id=name, drug=Drug(None, name, DrugStatus.SUBSTANCE, (atc,), "substance"))
    for word in details:
        if match := re.fullmatch(r"(\d+)d", word):
            line = replace(line, start=ago(match[1]))
        elif match := re.fullmatch(r"([\d.]+)mg", word):
            line = replace(line, daily_mg=float(match[1]))
        elif word in ROUTES:
            line = replace(line, route=ROUTES[word])
        elif word in {"regular", "prn"}:
            line = replace(line, prn=word == "prn")
        elif word in {"LP", "LI"}:
            line = replace(line, release=Release.MODIFIED if word == "LP" else Release.IMMEDIATE)
        elif word in {"same-dose", "dose-changed"}:
            line = replace(line, facts={"same_dose": "true" if word == "same-dose" else "false"})
        elif word in {"full-dose", "half-dose"}:
            line = replace(line, facts={"full_dose": "true" if word == "full-dose" else "false"})
        elif word == "ended":
            line = replace(line, end=ago(10))
        else:
            raise AssertionError(f"What is {word!r} of {name}?")
    return line


def read_patient(text):
    first, *items = [item.strip() for item in text.split(";")]
    sex, age = first[0], first[1:]
    chart = Chart(
        on=TODAY, age=None if age == "?" else int(age), sex={"F": "female", "M": "male", "?": None}[sex], problems=()
    )
    for item in items:
        chart = add(chart, item)
    return chart


def add(chart, item):
    words = item.split()
    if item == "history?":
        return replace(chart, problems=None)
    if item in {"list-partial", "unidentified", "vaccines-known", "past-known"}:
        unknown = TreatmentLine(id="unidentified", drug=Drug(None, "?", DrugStatus.UNKNOWN))
        return {
            "list-partial": replace(chart, complete=False),
            "unidentified": replace(chart, lines=(*chart.lines, unknown)),
            "vaccines-known": replace(chart, vaccinations=()),
            "past-known": replace(chart, past_drugs=()),
        }[item]
    if match := re.fullmatch(r"vaccine (\w+)@(\d+)d", item):
        return replace(chart, vaccinations=(Vaccination(match[1], ago(match[2])),))
    if match := re.fullmatch(r"past (\w+)×(\d+)", item):
        return replace(chart, past_drugs=(PastDrug(match[1], int(match[2]), stopped=True),))
    if match := re.fullmatch(r"([+-])(\w+)", item):
        return replace(chart, flags={**chart.flags, match[2]: match[1] == "+"})
    if match := re.fullmatch(r"([a-z]\w+)=([-\d.]+)(?:@(\d+)d)?", item):
        return replace(chart, observations=(*chart.observations, observation(match)))
    if match := re.fullmatch(r"([A-Z]\d\d(?:\.\d)?)(?:@(\d+)d)?(?:×(\d+))?", item):
        problem = Problem(match[1], ago(match[2]), int(match[3]) if match[3] else None)
        return replace(chart, problems=(*chart.problems, problem))
    at = next(place for place, word in enumerate(words) if re.fullmatch(r"[A-Z]\d\d[A-Z]{2}\d\d", word))
    line = read_line(["_".join(words[:at]), *words[at:]])
    return replace(chart, lines=(*chart.lines, line))


def observation(match):
    value, _ = canonical(match[1], float(match[2]), UNITS.get(match[1], ""))
    return DatedObservation(match[1], value, measure_of(match[1]).unit, ago(match[3]))


def read_cases():
    cases = []
    for path in sorted(FOLDER.glob("*.txt")):
        name = None
        for text in path.read_text(encoding="utf-8").splitlines():
            if text.startswith(("STOPP-", "START-")):
                name = text.strip()
            elif text.strip():
                sign, patient = text.split(" ", 1)
                patient, _, asked = patient.partition(" -> ")
                cases.append((name, sign, patient, asked))
    return cases


CASES = read_cases()


def result(name, patient):
    book = rule_book()
    chart = read_patient(patient)
    found = {one.criterion.id: one for one in evaluate(book, book.facts(chart), include_opt_in=True)}
    return found.get(name)


@pytest.mark.parametrize(("name", "sign", "patient", "asked"), CASES, ids=lambda part: str(part)[:60])
def test_case(name, sign, patient, asked):
    found = result(name, patient)
    status = "-" if found is None else {"fires": "+", "to_confirm": "?"}[found.status]
    assert status == sign, found
    if sign == "?":
        assert asked in {
            question.key.split(":class")[0] + (":class" if ":class" in question.key else "")
            for question in found.questions
        }
    if sign == "+":
        assert not found.questions


def test_every_criterion_has_the_three_cases():
    signs = {}
    for name, sign, _, _ in CASES:
        signs.setdefault(name, set()).add(sign)
    assert signs == {criterion.id: {"+", "-", "?"} for criterion in rule_book().criteria}
    assert len(signs) == 190


@pytest.mark.parametrize("criterion", rule_book().criteria, ids=lambda criterion: criterion.id)
def test_a_criterion_says_what_it_is_and_what_it_lacks(criterion):
    texts = [criterion.title, criterion.advice, *criterion.missing]
    assert all(text["fr"].strip() and text["en"].strip() for text in texts)
    assert criterion.computable == "full" or criterion.missing


@pytest.mark.parametrize("criterion", rule_book().criteria, ids=lambda criterion: criterion.id)
def test_a_patient_under_65_is_not_concerned(criterion):
    positives = [patient for name, sign, patient, _ in CASES if name == criterion.id and sign == "+"]
    for patient in positives:
        assert result(criterion.id, re.sub(r"^(.)\d+", r"\g<1>64", patient)) is None
