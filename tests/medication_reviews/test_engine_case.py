"""Cases as they come in: what is read, what is refused and how clearly."""

import contextlib
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epione.medication_reviews.domain.case import BadCase
from epione.medication_reviews.domain.case_files import decode, json_lines, kind_of, read_csv, read_json, with_settings
from epione.medication_reviews.domain.case_json import read_case
from epione.medication_reviews.domain.routes import read_route
from epione.medication_reviews.domain.rulebook import canonical
from epione.medication_reviews.providers.rules import rule_book
from epione.patients.domain.observations import measure_of

TODAY = date(2026, 11, 20)
UNITS = rule_book().units


def read(**case):
    return read_case({"drugs": [], **case}, on=TODAY, units=UNITS)


def faults(**case):
    with pytest.raises(BadCase) as caught:
        read(**case)
    return {fault.where: fault.text for fault in caught.value.faults}


def test_a_whole_case():
    case = read(
        id="p1",
        patient={"birth_date": "1944-03-02", "sex": "F", "weight_kg": "58,5"},
        drugs=[{"name": "Seresta 10 mg", "frequency": "0-0-1", "start": "01/06/2025", "prn": "non", "same_dose": True}],
        conditions=["I48.0", "e119", {"code": "R29.6", "count": 2, "date": "2026-03"}],
        observations=[
            {"code": "egfr", "value": 42},
            {"code": "2823-3", "value": "4,1", "unit": "mmol/L", "date": "2026-10-02"},
        ],
        allergies=["pénicilline", {"substance": "iode", "reaction": "urticaire"}],
        flags={"recurrent_falls": True, "housebound": None},
    )
    assert (case.age, case.sex, case.weight_kg) == (82, "female", 58.5)
    assert case.drugs[0].start == date(2025, 6, 1)
    assert case.drugs[0].prn is False
    assert case.drugs[0].facts == {"same_dose": "true"}
    assert [problem.code for problem in case.problems] == ["I48.0", "E11.9", "R29.6"]
    assert case.problems[2].count == 2
    assert [(one.code, one.value) for one in case.observations] == [("egfr", 42.0), ("potassium", 4.1)]
    assert [one.substance for one in case.allergies] == ["pénicilline", "iode"]
    assert case.flags == {"recurrent_falls": True}
    assert case.complete


def test_what_is_absent_is_unknown_and_what_is_empty_is_none():
    unknown = read()
    assert (unknown.problems, unknown.allergies, unknown.vaccinations, unknown.age, unknown.sex) == (None,) * 5
    known = read(conditions=[], allergies=[], vaccinations=[])
    assert (known.problems, known.allergies, known.vaccinations) == ((), (), ())


@pytest.mark.parametrize(
    ("case", "where", "word"),
    [
        ({"patient": {"age": -3}}, "patient.age", "impossible"),
        ({"patient": {"age": "old"}}, "patient.age", "illisible"),
        ({"patient": {"birth_date": "2031-01-01"}}, "patient.birth_date", "future"),
        ({"patient": {"birth_date": "1950-01-01", "age": 40}}, "patient.age", "contredit"),
        ({"patient": {"sex": "cat"}}, "patient.sex", "illisible"),
        ({"patient": {"weight_kg": 0.5}}, "patient.weight_kg", "impossible"),
        ({"patient": []}, "patient", "objet"),
        ({"drugs": [{"dose_value": 1}]}, "drugs[0].name", "sans nom"),
        ({"drugs": [{"name": "x", "dose_value": 0}]}, "drugs[0].dose_value", "impossible"),
        ({"drugs": [{"name": "x", "dose_value": -2}]}, "drugs[0].dose_value", "impossible"),
        ({"drugs": [{"name": "x", "dose_value": "beaucoup"}]}, "drugs[0].dose_value", "illisible"),
        ({"drugs": [{"name": "x", "dose_unit": "parsecs"}]}, "drugs[0].dose_unit", "unité inconnue"),
        ({"drugs": [{"name": "x", "daily_mg": float("nan")}]}, "drugs[0].daily_mg", "illisible"),
        ({"drugs": [{"name": "x", "start": "2026-05-01", "end": "2026-04-01"}]}, "drugs[0].end", "précède"),
        ({"drugs": [{"name": "x", "start": "2026-13-45"}]}, "drugs[0].start", "date illisible"),
        ({"drugs": [{"name": "x", "prn": "perhaps"}]}, "drugs[0].prn", "oui ou non"),
        ({"drugs": ["Seresta"]}, "drugs[0]", "objet"),
        ({"drugs": None}, "drugs", "manque"),
        ({"drugs": [{"name": "x"}] * 501}, "drugs", "501"),
        ({"conditions": ["heart"]}, "conditions[0].code", "CIM-10"),
        ({"conditions": [{"code": "I10", "date": "2027-01-01"}]}, "conditions[0].date", "future"),
        ({"observations": [{"code": "creatinine", "value": 1.2, "unit": "µmol/L"}]}, "observations[0].value", "autre unité"),
        ({"observations": [{"code": "creatinine", "value": 98}]}, "observations[0].unit", "unité manquante"),
        ({"observations": [{"code": "potassium", "value": 41, "unit": "mmol/L"}]}, "observations[0].value", "impossible"),
        ({"observations": [{"code": "egfr", "value": None}]}, "observations[0].value", "manquante"),
        ({"observations": {}}, "observations", "liste"),
        ({"allergies": [{}]}, "allergies[0].substance", "sans substance"),
        ({"vaccinations": ["N02BE01"]}, "vaccinations[0].atc", "J07"),
        ({"flags": {"housebound": "maybe"}}, "flags.housebound", "oui ou non"),
    ],
)  # fmt: skip
def test_each_bad_value_is_refused_with_its_field_in_both_languages(case, where, word):
    found = faults(**case)
    assert word in found[where]["fr"]
    assert found[where]["en"].strip()


def test_every_fault_is_told_at_once():
    assert len(faults(patient={"age": -1, "sex": "cat"}, conditions=["?"])) == 3


def test_what_is_not_a_case_is_refused():
    for value in (None, 3, "text", []):
        with pytest.raises(BadCase):
            read_case(value, on=TODAY, units=UNITS)


def test_unknown_fields_and_measurements_are_left_aside_with_a_word():
    case = read(colour="blue", observations=[{"code": "mood", "value": 3}])
    assert {fault.where for fault in case.warnings} == {"colour", "observations[0].code"}


def test_a_fact_that_no_rule_knows_is_told():
    case = read_case({"drugs": [], "flags": {"recurent_falls": True}}, on=TODAY, units=UNITS, flags=rule_book().flags)
    assert [fault.where for fault in case.warnings] == ["flags.recurent_falls"]


def test_creatinine_in_mg_per_dl_is_converted():
    case = read(observations=[{"code": "creatinine", "value": 1.2, "unit": "mg/dL"}])
    assert case.observations[0].value == pytest.approx(106.08)


def test_five_hundred_lines_are_accepted():
    assert len(read(drugs=[{"name": f"x{number}"} for number in range(500)]).drugs) == 500


@pytest.mark.parametrize(
    ("text", "route"),
    [("PO", "orale"), ("per os", "orale"), ("oral", "orale"), ("sous-cutanée", "sous-cutanée"), ("topical", "cutanée"), ("moon", "")],
)  # fmt: skip
def test_routes_as_written(text, route):
    assert read_route(text) == route


def test_a_csv_with_french_headers_and_decimal_commas():
    text = "Nom;Dose;Unité;Posologie;Voie;Début;Si besoin\nSeresta 10 mg;0,5;cp;0-0-1;orale;01/06/2025;non\n\nDoliprane;1;g;si douleur;;;oui\n"
    case = read_case(read_csv(text), on=TODAY, units=UNITS)
    assert [(one.name, one.dose_value, one.dose_unit, one.prn) for one in case.drugs] == [
        ("Seresta 10 mg", 0.5, "cp", False),
        ("Doliprane", 1.0, "g", True),
    ]
    assert case.problems is None


@pytest.mark.parametrize("text", ["colour;size\nblue;3\n", "just words", "cis\n1;2;3\n"])
def test_a_csv_that_names_no_medicine_or_has_too_many_columns_is_refused(text):
    with pytest.raises(BadCase):
        read_csv(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encodings_of_real_files(encoding):
    text, found = decode("nom\nLévothyroxine\n".encode(encoding))
    assert text.lstrip("\ufeff") == "nom\nLévothyroxine\n"
    assert found == ("utf-8" if encoding == "utf-8" else encoding)


@pytest.mark.parametrize(
    "content", [b"", b"  \n", b"\x00\x01\x02\x03" * 50, b"\x81\x8d\x8f\x90", b"PK\x03\x04" + bytes(200)]
)
def test_what_is_not_text_is_refused(content):
    with pytest.raises(BadCase):
        decode(content)


def test_the_kind_of_a_file():
    assert kind_of("a.csv", "") == "csv"
    assert kind_of("-", '{"id": 1}\n{"id": 2}\n') == "jsonl"
    assert kind_of("-", '{\n"id": 1\n}\n') == "json"
    assert kind_of("-", "name,dose\n") == "csv"


def test_unreadable_json_names_its_line():
    with pytest.raises(BadCase) as caught:
        read_json('{"a": 1,\n oops}')
    assert "ligne 2" in caught.value.faults[0].text["fr"]


def test_json_lines_skip_empty_ones():
    assert list(json_lines('{"a":1}\n\n{"b":2}')) == [(1, '{"a":1}\n'), (3, '{"b":2}')]


def test_data_given_by_hand_win():
    values = {"patient": {"birth_date": "1980-01-01"}, "observations": [{"code": "egfr", "value": 60}], "drugs": []}
    settings = {"age": "82", "egfr": "25", "recurrent_falls": "true", "creatinine": "98 µmol/L", "complete": "false"}
    case = read_case(with_settings(values, settings, rule_book().flags, "2026-11-20"), on=TODAY, units=UNITS)
    assert case.age == 82
    assert {one.code: one.value for one in case.observations} == {"egfr": 25.0, "creatinine": 98.0}
    assert case.flags == {"recurrent_falls": True}
    assert not case.complete


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    ["id", "patient", "drugs", "conditions", "observations", "allergies", "flags", "vaccinations", "past_drugs", "on"]
)


@given(
    st.dictionaries(
        KEYS, JSON | st.lists(st.dictionaries(st.sampled_from(["name", "code", "value", "unit", "date", "prn"]), JSON))
    )
)
def test_any_json_is_either_read_or_refused(values):
    with contextlib.suppress(BadCase):
        case = read_case(values, on=TODAY, units=UNITS)
        assert case.age is None or 0 <= case.age <= 130


@given(st.binary(max_size=200))
def test_any_bytes_are_either_text_or_refused(content):
    with contextlib.suppress(BadCase):
        text, _ = decode(content)
        assert text.strip()


@given(st.text(max_size=200))
def test_any_text_is_a_csv_or_is_refused(text):
    with contextlib.suppress(BadCase):
        case = read_csv(text)
        json.dumps(case)


@pytest.mark.parametrize("code", sorted(UNITS))
def test_every_measurement_of_the_rules_is_read_without_its_unit_and_with_it(code):
    low, high = measure_of(code).plausible
    factor = canonical(code, 1.0, UNITS[code])[1]
    value = round((low + high) / 2 / factor, 1)
    bare = read(observations=[{"code": code, "value": value}])
    assert bare.observations[0].value == pytest.approx(value * factor)
    if UNITS[code]:
        assert bare == read(observations=[{"code": code, "value": value, "unit": UNITS[code]}])


def test_a_posology_that_is_not_understood_is_told(matched):
    drugs = [
        {"name": "Previscan 20 mg", "frequency": "selon INR"},
        {"name": "Lasilix 40 mg", "frequency": "1 cp le matin sauf dimanche"},
        {"name": "Kardegic 75 mg", "frequency": "1-0-0"},
    ]
    found = matched({"drugs": drugs})
    told = {fault.where: fault.text["fr"] for fault in found.warnings if fault.where.endswith(".frequency")}
    assert told == {
        "drugs[0].frequency": "Previscan 20 mg\u00a0: posologie non comprise\u00a0: selon INR",
        "drugs[1].frequency": "Lasilix 40 mg\u00a0: mots non lus de la posologie\u00a0: sauf dimanche",
    }
    assert found.lines[0].line.daily_mg is None
