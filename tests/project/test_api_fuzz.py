"""Every call of the API, with what its own description allows and forbids: no fault, and answers as described."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import schemathesis
from django.contrib.auth import get_user_model
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client, override_settings
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from epione.identity.domain.operations import OPERATIONS, PUBLIC, key_of
from epione.identity.public import actor_of, create_practice, create_user
from epione.identity.services import issue_tokens
from epione.kernel.actor import Actor
from epione.kernel.jobs import enqueue
from epione.medication_reviews import queries, services
from epione.medication_reviews.domain.pathway import Decision
from epione.patients.public import FactKind, Identity, NewFact, add_facts, create_patient
from epione.prescriptions.public import LineContent, add_lines, treatment_of
from epione.project.api import api

BASE = "/api/v1/"
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
EXAMPLES = 20
ONCE = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
SCHEMA = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(path_prefix=BASE), default=str)))
SCHEMA.app = get_wsgi_application()
CALLS = {operation.ok().label: operation.ok() for operation in SCHEMA.get_all_operations()}
ROLES = ["pharmacist", "admin"]


def _person(practice_id: Any, role: str) -> tuple[Actor, str]:
    create_user(practice_id=practice_id, username=f"fuzz-{role}", password=None, roles=[role])
    user = get_user_model().objects.get(username=f"fuzz-{role}")
    actor = actor_of(user, practice_id)
    assert actor is not None
    return actor, issue_tokens(user=user, by=actor).access_token


def _known(by: Actor) -> dict[str, list[Any]]:
    """What stands in the practice, by the name under which calls ask for it."""
    pair = [("Jeanne", "Vasseur", date(1942, 3, 12)), ("Paul", "Morel", date(1950, 1, 2))]
    jeanne, paul = (create_patient(identity=Identity(*one), by=by) for one in pair)
    facts = add_facts(
        patient_id=jeanne.id,
        facts=[NewFact(FactKind.OBSERVATION, {"code": "weight", "value": 58, "unit": "kg"}, date(2026, 11, 1))],
        by=by,
    )
    contents = [
        LineContent(written=name, inn=name, posology="1-0-1", start=date(2025, 1, 10))
        for name in ("oxybutynine", "zopiclone", "ibuprofène", "apixaban", "amiodarone")
    ]
    lines = add_lines(patient_id=jeanne.id, contents=contents, by=by)
    review = services.start_review(patient_id=jeanne.id, consent_on=date(2026, 11, 2), content={}, by=by)
    findings = [card["key"] for card in services.analyse(review_id=review.id, by=by).content["cards"]]
    services.decide(review_id=review.id, finding=findings[0], decision=Decision.ACCEPTED, by=by)
    decisions = queries.decisions(by.practice_id, review.id)
    seen = treatment_of(by.practice_id, jeanne.id).lines
    return {
        "patient_id": [str(jeanne.id), str(paul.id)],
        "merged_id": [str(paul.id)],
        "into": [str(jeanne.id)],
        "fact_id": [str(fact.id) for fact in facts],
        "line_id": [str(line.id) for line in lines],
        "version": [str(line.version_id) for line in seen] + [1, 2],
        "review_id": [str(review.id)],
        "finding": findings[:3],
        "decision_id": [str(view.id) for view in decisions],
        "job_id": [str(enqueue("kernel.tidy", practice_id=by.practice_id, by=by))],
        "cis": ["60234100", "69599388"],
    }


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[dict[str, str], dict[str, list[Any]]]]:
    """Tokens by role, and what is known; built once, since each example is undone."""
    with (
        django_db_blocker.unblock(),
        override_settings(REQUESTS_PER_HOUR=dict.fromkeys(_rates(), 10**9)),
        transaction.atomic(),
    ):
        practice = create_practice(name="Pharmacie du Hasard")
        people = {role: _person(practice.id, role) for role in ROLES}
        tokens = {role: token for role, (_actor, token) in people.items()}
        # As Django's own test client does: the transaction of the test lives on the connection.
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        yield tokens, _known(people["pharmacist"][0])
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
        transaction.set_rollback(True)


def _rates() -> list[str]:
    from django.conf import settings as product

    return list(product.REQUESTS_PER_HOUR)


def _real(draw: Any, values: Any, known: dict[str, list[Any]]) -> Any:
    """The same values with ids that exist, else every call would end at "not found"."""
    if not isinstance(values, dict):
        return values
    return {name: draw(st.sampled_from(known[name])) if name in known else value for name, value in values.items()}


def _ask(case: Case, token: str | None) -> Any:
    """One call, undone afterwards."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with transaction.atomic():
        answer = case.call(headers=headers)
        transaction.set_rollback(True)
    return answer


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(CALLS))
def test_each_call_answers_as_described(name: str, world: Any) -> None:
    tokens, known = world
    operation = CALLS[name]
    scopes = OPERATIONS[key_of(operation.method.upper(), f"/{operation.path.removeprefix(BASE)}")]
    fit, unfit = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

    @seed(20261120)
    @ONCE
    @given(st.data())
    def hold(data: Any) -> None:
        case: Case = data.draw(st.one_of(fit, fit, unfit), label="case")
        role = data.draw(st.sampled_from(["pharmacist"] * 6 + ["admin", None]), label="role")
        if data.draw(st.sampled_from([True, True, False]), label="real"):
            case.path_parameters = _real(data.draw, case.path_parameters, known)
            case.query = _real(data.draw, case.query, known)
            case.body = _real(data.draw, case.body, known)
        case.headers = {}
        case.cookies = {}
        answer = _ask(case, tokens.get(role))
        case.validate_response(answer, checks=CHECKS)
        if role is None and scopes != (PUBLIC,):
            assert answer.status_code in {401, 404, 405}
        if answer.status_code >= 400:
            _assert_problem(answer)

    hold()


CASE = {
    "id": "1",
    "patient": {"age": 81, "sex": "female", "weight_kg": 52},
    "drugs": [
        {"name": "lormetazepam 1 mg", "frequency": "0-0-0-1", "start": "2025-01-01"},
        {"name": "ibuprofène 400 mg", "frequency": "1 cp si besoin"},
    ],
    "conditions": [{"label": "Insuffisance cardiaque", "code": "I50"}],
    "labs": [{"code": "creatinine", "value": 132, "unit": "µmol/L", "date": "2026-11-01"}],
    "allergies": [{"substance": "Pénicilline"}],
}
FACTS = [
    {"kind": "observation", "content": {"code": "weight", "value": 58, "unit": "kg"}, "on": "2026-11-01"},
    {"kind": "allergy", "content": {"substance": "Pénicilline", "reaction": "urticaire"}, "on": None},
    {"kind": "problem", "content": {"label": "Fibrillation atriale", "icd10": "I48"}, "on": "2019-01-01"},
]
LINE = {
    "written": "oxybutynine 5 mg",
    "inn": "oxybutynine",
    "posology": "1-0-1",
    "dose_value": 5,
    "dose_unit": "mg",
    "per_day": 2,
    "start": "2025-01-10",
}
PATIENT = {"first_name": "Aline", "last_name": "Roux", "birth_date": "1950-02-03", "sex": "female", "nir": ""}
STRANGE = st.recursive(
    st.sampled_from([None, True, 0, -1, 10**400, 1e308, float("nan"), float("inf"), "", "\x00", "\ud800", "é" * 5000])
    | st.text(max_size=8)
    | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=6), inner, max_size=2),
    max_leaves=3,
)


def _places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield place
    if isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(inner, (*place, name))


def _changed(value: Any, place: tuple[Any, ...], strange: Any) -> Any:
    if not place:
        return strange
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = _changed(copy[place[0]], place[1:], strange)
    return copy


def _bodies(known: dict[str, list[Any]], token: str, client: Client) -> dict[str, tuple[str, Any]]:
    """Bodies that are accepted as they are, by the call that they go to."""
    patient = known["patient_id"][0]
    bundle = client.get(f"{BASE}fhir/patients/{patient}", headers={"Authorization": f"Bearer {token}"}).json()
    return {
        "case": ("medication-reviews/review", CASE),
        "facts": (f"patients/{patient}/facts", FACTS),
        "lines": (f"prescriptions/patients/{patient}/lines", [LINE]),
        "patient": ("patients", PATIENT),
        "record": (f"fhir/import?into={patient}", bundle),
        "search": ("patients/_search", {"text": "vasseur", "page": 1, "size": 10}),
        "account": (
            "auth/register",
            {"username": "aline", "email": "a@b.fr", "password": "tilleul-49-marjo", "role": "pharmacist"},
        ),
    }


def _readers(known: dict[str, list[Any]], kept: Any) -> list[str]:
    made = kept.get("id") if isinstance(kept, dict) and "birth_date" in kept else None
    patient = made or known["patient_id"][0]
    return [f"patients/{patient}", f"fhir/patients/{patient}", f"prescriptions/patients/{patient}/lines"]


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("name", ["case", "facts", "lines", "patient", "record", "search", "account"])
def test_a_body_with_one_strange_value_is_read_or_refused(name: str, world: Any) -> None:
    tokens, known = world
    client = Client(raise_request_exception=False)
    address, whole = _bodies(known, tokens["pharmacist"], client)[name]
    places = list(_places(whole))
    headers = {"Authorization": f"Bearer {tokens['pharmacist']}"}

    def send(body: Any) -> Any:
        with transaction.atomic():
            answer = client.post(
                BASE + address,
                json.dumps(body),
                content_type="application/json",
                headers=headers,
            )
            if answer.status_code < 300:
                # What was kept must be readable by everything that reads the record.
                for address_ in _readers(known, answer.json()):
                    told = client.get(BASE + address_, headers=headers)
                    assert told.status_code == 200, (address_, told.content)
                    json.loads(told.content, parse_constant=_no_json)
                analysed = client.post(f"{BASE}medication-reviews/{known['review_id'][0]}/analyses", headers=headers)
                assert analysed.status_code == 201
            transaction.set_rollback(True)
        return answer

    assert send(whole).status_code in {200, 201}

    @seed(20261120)
    @settings(ONCE, max_examples=60)
    @given(st.sampled_from(places), STRANGE)
    def hold(place: tuple[Any, ...], strange: Any) -> None:
        answer = send(_changed(whole, place, strange))
        assert answer.status_code < 500
        json.loads(answer.content or b"null", parse_constant=_no_json)
        if answer.status_code >= 400:
            assert answer["Content-Type"].startswith("application/problem+json")
            assert answer.json()["status"] == answer.status_code

    hold()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "address", "body", "kind"),
    [
        ("POST", "auth/login", "username=a%00b&password=c", "application/x-www-form-urlencoded"),
        ("POST", "auth/refresh", '{"refresh_token": "a\\u0000b"}', "application/json"),
        ("POST", "auth/refresh", '{"refresh_token": "a\\ud800b"}', "application/json"),
        ("POST", "auth/refresh", '{"refresh_token": NaN}', "application/json"),
        ("POST", "auth/refresh", '{"refresh_token": 1e999}', "application/json"),
        ("POST", "auth/refresh", "{", "application/json"),
        ("POST", "auth/refresh", "[" * 100_000, "application/json"),
    ],
)
def test_what_no_database_and_no_json_can_hold_is_unreadable(method: str, address: str, body: str, kind: str) -> None:
    answer = Client(raise_request_exception=False).generic(method, BASE + address, body, content_type=kind)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


@pytest.mark.django_db
def test_a_method_that_an_address_does_not_take_is_a_problem_that_names_the_others() -> None:
    answer = Client().delete(f"{BASE}auth/login")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "method-not-allowed"


def _no_json(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def _assert_problem(answer: Any) -> None:
    assert answer.headers["content-type"][0].startswith("application/problem+json")
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["type"] == f"urn:epione:problem:{body['code']}"
    assert body["title"]
