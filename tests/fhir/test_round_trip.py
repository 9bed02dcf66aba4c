"""What is exported comes back the same: identities, entries, lines."""

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from epione.fhir.domain.bundle import BadBundle, Bundle, only_patient, parse
from epione.fhir.domain.dispenses import handed_of
from epione.fhir.domain.medicines import line_of, statement_of
from epione.fhir.domain.reading import Told, entries_of, identity_of
from epione.fhir.domain.writing import patient_of
from epione.fhir.public import export_bundle, import_bundle
from epione.medications.public import Drug, DrugStatus
from epione.patients.domain.record import FactKind, Identity, Sex
from epione.patients.public import NewFact, add_facts, create_patient, record_of
from epione.prescriptions.public import LineContent, Source, add_lines, treatment_of

TODAY = date(2026, 11, 20)
WORD = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)
DAYS = st.dates(date(1930, 1, 1), date(2026, 11, 1))
RATES = st.one_of(st.integers(1, 8).map(float), st.integers(2, 90).map(lambda days: 1 / days), st.just(1.5))


@st.composite
def lines(draw):
    dose = draw(st.one_of(st.none(), st.sampled_from([0.5, 1.0, 2.0, 400.0])))
    start, end = draw(st.one_of(st.none(), DAYS)), None
    if start and draw(st.booleans()):
        end = draw(st.dates(start, date(2026, 11, 20)))
    return LineContent(
        written=draw(WORD),
        cis=draw(st.sampled_from(["", "61234567"])),
        posology=draw(st.sampled_from(["", "1-0-1", "½ cp le soir", "si besoin"])),
        dose_value=dose,
        dose_unit=draw(st.sampled_from(["cp", "mg", "µg", "UI", "mL"])) if dose else "",
        per_day=draw(st.one_of(st.none(), RATES)),
        prn=draw(st.sampled_from([None, True, False])),
        route=draw(st.sampled_from(["", "orale", "cutanée"])),
        start=start,
        end=end,
        indication=draw(st.one_of(st.just(""), WORD)),
        prescriber=draw(st.one_of(st.just(""), WORD)),
        source=draw(st.sampled_from(list(Source))),
        confirmed=draw(st.booleans()),
        dispensed_on=tuple(sorted(draw(st.lists(DAYS, max_size=3, unique=True)))),
        facts=draw(
            st.dictionaries(st.sampled_from(["same_dose", "stable"]), st.sampled_from(["yes", "no"]), max_size=2)
        ),
    )


@given(lines())
def test_a_line_comes_back_the_same(line):
    drug = Drug(line.cis or None, "NOM", DrugStatus.UNKNOWN)
    statement = json.loads(json.dumps(statement_of("x", line, drug, TODAY)))
    back = line_of(statement, Bundle([statement]), lambda named: (named.code, named.inn), Told(), TODAY)
    assert back == line


@given(
    st.builds(
        Identity,
        first_name=WORD,
        last_name=WORD,
        birth_date=DAYS,
        sex=st.sampled_from(list(Sex)),
        birth_name=st.one_of(st.just(""), WORD),
        medical_id=st.one_of(st.just(""), WORD),
        phone=st.sampled_from(["", "01 02 03 04 05"]),
        email=st.sampled_from(["", "a@b.fr"]),
        address=st.sampled_from(["", "3 rue des Lilas, 29200 Brest"]),
        medical_history=st.sampled_from(["", "AVC 2019\nchutes"]),
        physician=st.one_of(st.just(""), WORD),
    )
)
def test_an_identity_comes_back_the_same(identity):
    told = Told()
    assert identity_of(json.loads(json.dumps(patient_of("p", identity))), told) == identity
    assert told.notes == []


def test_an_ins_travels_only_when_it_is_qualified():
    number = {"ins": "240029912345678", "ins_oid": "1.2.250.1.213.1.4.8"}
    person = Identity("Odette", "Vasseur", date(1940, 2, 29), **number, identity_status="QUAL")
    written = patient_of("p", person)
    assert {"use": "official", "system": "urn:oid:1.2.250.1.213.1.4.8", "value": "240029912345678"} in written[
        "identifier"
    ]
    assert identity_of(written, Told()) == person
    provisional = Identity("Odette", "Vasseur", date(1940, 2, 29), **number)
    assert "identifier" not in patient_of("p", provisional)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "coding",
                    "code",
                    "system",
                    "text",
                    "subject",
                    "reference",
                    "valueQuantity",
                    "value",
                    "unit",
                    "status",
                    "dosage",
                    "timing",
                    "repeat",
                    "period",
                    "frequency",
                    "name",
                    "family",
                    "given",
                    "birthDate",
                    "identifier",
                    "extension",
                    "url",
                    "content",
                    "attachment",
                    "data",
                    "component",
                    "effectivePeriod",
                    "start",
                    "medicationCodeableConcept",
                    "category",
                    "requester",
                    "daysSupply",
                    "quantity",
                    "whenHandedOver",
                    "authorizingPrescription",
                    "reasonReference",
                    "type",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)
KINDS = ["Patient", "Observation", "Condition", "AllergyIntolerance", "MedicationStatement", "MedicationRequest", "Flag",
         "Coverage", "DocumentReference", "MedicationDispense"]  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(KINDS), JSON.filter(lambda v: isinstance(v, dict))), max_size=4))
def test_no_shape_of_a_resource_breaks_the_reading(resources):
    entries = [{"resource": {**body, "resourceType": kind}} for kind, body in resources]
    told = Told()
    try:
        bundle = parse(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode())
        identity_of(only_patient(bundle), told)
    except BadBundle as refused:
        assert refused.faults
        bundle = Bundle([entry["resource"] for entry in entries])
    for one in bundle.of("MedicationStatement", "MedicationRequest"):
        line_of(one, bundle, lambda _named: ("", ""), told, TODAY)
    for one in bundle.of("MedicationDispense"):
        try:
            handed_of(one, bundle, told, TODAY)
        except BadBundle as refused:
            assert refused.faults
    for one in bundle.of(*KINDS[1:4], *KINDS[6:9]):
        entries_of(one, told)


@pytest.mark.django_db
def test_a_whole_record_exported_and_imported_elsewhere_is_the_same(actor, other_practice):
    by, there = actor("pharmacist"), actor("pharmacist", practice=other_practice)
    card = create_patient(identity=Identity("Jeanne", "Vasseur", date(1942, 3, 12), Sex.FEMALE), by=by)
    added = [
        NewFact(FactKind.ALLERGY, {"none_known": True}, date(2026, 1, 2)),
        NewFact(FactKind.PROBLEM, {"icd10": "N18.3", "label": "Insuffisance rénale", "status": "active"}),
        NewFact(FactKind.OBSERVATION, {"code": "creatinine", "value": 98, "unit": "µmol/L"}, date(2026, 10, 1)),
        NewFact(FactKind.OBSERVATION, {"code": "sbp_postural_drop", "value": 25, "unit": "mmHg"}, date(2026, 10, 1)),
        NewFact(FactKind.FLAG, {"name": "recurrent_falls", "value": False}, date(2026, 3, 1)),
        NewFact(FactKind.COVERAGE, {"kind": "C2S", "start": "2026-01-01"}, date(2026, 1, 1)),
        NewFact(FactKind.NOTE, {"title": "Entretien", "text": "Prépare son pilulier.\nVit seule."}, date(2026, 5, 4)),
    ]
    add_facts(patient_id=card.id, facts=added, by=by)
    contents = [
        LineContent("amlodipine 5 mg", inn="AMLODIPINE", posology="1-0-0", start=date(2024, 1, 1), indication="HTA"),
        LineContent("tisane", posology="si besoin", source=Source.SELF),
    ]
    add_lines(patient_id=card.id, contents=contents, by=by)
    bundle = json.dumps(export_bundle(patient_id=card.id, by=by)).encode()
    report = import_bundle(content=bundle, by=there)
    kept = record_of(there.practice_id, report.patient_id)
    origin = record_of(by.practice_id, card.id)
    assert kept.card.identity == origin.card.identity

    def told(record):
        return sorted(
            (
                f.kind.value,
                json.dumps({k: v for k, v in f.content.items() if k != "typed"}, sort_keys=True),
                f.on or date.min,
            )
            for f in record.facts
        )

    assert told(kept) == told(origin)
    assert [v.content for v in treatment_of(there.practice_id, report.patient_id).lines] == contents
