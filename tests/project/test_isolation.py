"""Practices never meet: no call and no page shows, lists, exports or changes anything of another practice."""

import io
import json
import re
import time
import zipfile
from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.imaging.one_of_each import one_of_each

from epione.billing.public import bill_step
from epione.identity.domain.operations import OPERATIONS, PAGES, key_of
from epione.identity.domain.roles import ROLES
from epione.identity.models import Membership
from epione.identity.public import PracticeFacts, actor_of, create_practice, create_user
from epione.identity.services import break_glass
from epione.kernel.actor import Actor
from epione.kernel.jobs import enqueue
from epione.kernel.rows import PracticeRow
from epione.ledger.models import Entry
from epione.medication_reviews import queries, services
from epione.medication_reviews.domain.pathway import Decision
from epione.medication_reviews.services.screening import screen_practice
from epione.notifications.models import Notification
from epione.notifications.services import send_message
from epione.patients.public import FactKind, Identity, NewFact, add_facts, create_patient
from epione.patients.services import hold_record, propose_erasure
from epione.prescriptions.domain.dispensing import DispensingContent
from epione.prescriptions.public import LineContent, Source, add_lines, record_dispensings
from epione.project.api import api

pytestmark = pytest.mark.django_db
BASE = "/api/v1"
MARK = "Zquelmarquent"
LOGIN = "allauth.account.auth_backends.AuthenticationBackend"
TREATMENT = ("oxybutynine", "zopiclone", "ibuprofène", "apixaban", "amiodarone")


def _everything(practice: PracticeFacts, word: str) -> dict[str, str]:
    """One of each thing, every text of which holds the word; its ids by the names that addresses give them."""
    by = _person(practice, word)
    patient = create_patient(identity=Identity(word, word, date(1942, 3, 12), physician=f"Dr {word}"), by=by)
    entries = [
        NewFact(FactKind.ALLERGY, {"substance": word, "reaction": word}, date(2009, 1, 1)),
        NewFact(FactKind.PROBLEM, {"icd10": "I48", "label": word}, date(2019, 1, 1)),
        NewFact(FactKind.NOTE, {"title": word, "text": word}, date(2026, 11, 1)),
    ]
    facts = add_facts(patient_id=patient.id, facts=entries, by=by)
    lines = add_lines(patient_id=patient.id, contents=[_line(name, word) for name in (*TREATMENT, "")], by=by)
    content = {"physician": word, "requested_by": word}
    review = services.start_review(patient_id=patient.id, consent_on=date(2026, 11, 2), content=content, by=by)
    finding = services.analyse(review_id=review.id, by=by).content["cards"][0]["key"]
    services.decide(review_id=review.id, finding=finding, decision=Decision.ADAPTED, reason=word, text=word, by=by)
    document = services.write(review_id=review.id, kind="medication_reviews.letter", by=by, advice=[word])
    bill = bill_step(programme=services.programme_of(review_id=review.id, by=by), step="adhesion", by=by)
    screen_practice(practice_id=practice.id, step=lambda done, total: None)
    send_message(text=word, user_ids=[by.id], by=by)
    empty = create_patient(identity=Identity(word, word, date(1950, 1, 1)), by=by, confirmed_distinct=True)
    erasure = propose_erasure(patient_id=empty.id, reason=f"{word}, dossier ouvert par erreur", by=by)
    entry = Entry.objects.filter(practice_id=practice.id, patient_id=patient.id).first()
    assert entry is not None
    dispensed = record_dispensings(
        line_id=lines[0].id, contents=[DispensingContent(date(2026, 1, 5), days=30, dispenser=word)], by=by
    )
    return one_of_each(patient_id=patient.id, word=word, by=by) | {
        "dispensing_id": str(dispensed[0].id),
        "patient_id": str(patient.id),
        "fact_id": str(facts[0].id),
        "line_id": str(lines[0].id),
        "review_id": str(review.id),
        "finding": finding,
        "key": finding,
        "decision_id": str(queries.decisions(practice.id, review.id)[0].id),
        "document_id": str(document.id),
        "bill_id": str(bill.id),
        "entry_id": str(entry.id),
        "user_id": str(by.id),
        "request_id": str(erasure),
        "hold_id": str(hold_record(patient_id=patient.id, reason=f"{word}, expertise en cours", by=by)),
        "notification_id": str(Notification.objects.get(practice_id=practice.id).id),
        "emergency_id": str(break_glass(reason=f"{word}, patiente inconsciente", by=by)),
        "job_id": str(enqueue("kernel.tidy", practice_id=practice.id, by=by)),
    }


def _line(name: str, word: str) -> LineContent:
    return LineContent(
        written=name or word,
        inn=name,
        posology="1-0-1",
        start=date(2025, 1, 10),
        indication=word,
        prescriber=word,
        source=Source.PRESCRIBED,
    )


def _person(practice: PracticeFacts, word: str) -> Actor:
    """A person with every role: only the practice stands between her and the others."""
    create_user(
        practice_id=practice.id,
        username=f"tout-{word}",
        password=None,
        roles=sorted(ROLES),
        first_name=word,
        last_name=word,
        email=f"{word}@example.fr",
    )
    made = actor_of(get_user_model().objects.get(username=f"tout-{word}"), practice.id)
    assert made is not None
    return made


def _browser(word: str) -> Client:
    """Her browser, signed in with a second factor just now."""
    user = get_user_model().objects.get(username=f"tout-{word}")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=LOGIN)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    return client


class Sides:
    """Two practices, each with everything; `client` is a person of the first, who knows the ids of the second."""

    def __init__(self) -> None:
        self.other = create_practice(name=f"Pharmacie {MARK}")
        self.foreign = _everything(self.other, MARK)
        self.practice = create_practice(name="Pharmacie du Marché")
        self.own = _everything(self.practice, "Tilleul")
        self.client = _browser("Tilleul")


@pytest.fixture(scope="module")
def sides(django_db_setup: None, django_db_blocker: Any) -> Iterator[Sides]:
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield Sides()
        transaction.set_rollback(True)


def _walk(resolver: URLResolver, prefix: str = "", names: str = "") -> Iterator[tuple[str, str]]:
    for one in resolver.url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one, route, f"{names}{one.namespace}:" if one.namespace else names)
        elif isinstance(one, URLPattern):
            yield f"{names}{one.name or route}", f"/{route}"


def addresses() -> list[tuple[str, str]]:
    """(method, address with its {places}) of every call and page."""
    found = [
        (method.upper(), path)
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method in methods
        if key_of(method.upper(), path.removeprefix(BASE)) in OPERATIONS
    ]
    for name, route in _walk(get_resolver()):
        if name in PAGES or name == "job-events":
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
            found += [("GET", path), ("POST", path)]
    return found


FIXED = {
    "session_id": "999999",
    "cis": "60234100",
    "form": "pdf",
    "action": "unlock",
    "step": "collection",
    "place": "0",
    "frame": "1",
    "kind": "image",
    "numbers": "1",
    "path": "7FE00010",
    "code": "HHFA001",
}
LINE = {"written": "ibuprofène 400 mg", "inn": "ibuprofène", "posology": "1-0-0"}
FACT = {"kind": "problem", "content": {"icd10": "I10", "label": "HTA"}, "on": "2026-11-01"}
BODY = {
    **LINE,
    **FACT,
    "first_name": "Autre",
    "last_name": "Nom",
    "birth_date": "1950-01-01",
    "reason": "Erreur de saisie",
    "decision": "accepted",
    "answer": "followed",
    "text": "Texte",
    "to": "invoiced",
    "title": "Titre",
    "substance": "Latex",
    "icd10": "I10",
    "label": "HTA",
    "code": "weight",
    "value": "70",
    "unit": "kg",
    "drug": "ibuprofène",
    "start": "2026-11-01",
    "atc": "N05CD06",
    "roles": ["nurse"],
    "verdict": "justified",
    "key": "obs:sodium",
}
"""What most calls and forms take, so that they go on until they look for the thing itself."""
REFUSALS = {400, 403, 404, 405, 409, 415, 422}


def _filled(path: str, ids: dict[str, str]) -> str:
    fixed = FIXED | {"form": "sr"} if "/analyses/" in path else FIXED
    return re.sub(r"\{(\w+)\}", lambda found: (ids | fixed)[found[1]], path)


def _mixes(path: str, sides: Sides) -> Iterator[dict[str, str]]:
    """Every way to name at least one foreign thing in an address, the others being one's own."""
    names = [name for name in re.findall(r"\{(\w+)\}", path) if name not in FIXED]
    things = [name for name in names if name not in {"key", "finding"}]
    for whose in product((sides.own, sides.foreign), repeat=len(things)):
        if sides.foreign in whose:
            yield sides.own | {name: ids[name] for name, ids in zip(things, whose, strict=True)}


def _send(client: Client, method: str, address: str, foreign: dict[str, str]) -> Any:
    version = foreign["line_id"]
    if method == "GET":
        return client.get(address)
    if not address.startswith(BASE):
        return client.post(address, BODY | {"version": version, "merged_id": foreign["patient_id"]})
    body: Any = BODY | {"version": version if "/lines/" in address else 1}
    if method == "POST" and address.endswith(("/facts", "/lines")):
        body = [FACT if address.endswith("/facts") else LINE]
    return client.generic(method, address, json.dumps(body), content_type="application/json")


def _content(answer: Any) -> str:
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if raw[:2] == b"PK":
        archive = zipfile.ZipFile(io.BytesIO(raw))
        raw = b"\n".join(archive.read(name) for name in archive.namelist())
    return str(raw.decode("utf-8", "replace")).lower()


def _kept(practice_id: UUID) -> dict[str, Any]:
    """Every row of a practice, and its people."""
    found: dict[str, Any] = {}
    pending = [PracticeRow]
    while pending:
        for model in pending.pop().__subclasses__():
            pending.append(model)
            if not model._meta.abstract:
                found[model.__name__] = sorted(model.objects.of_practice(practice_id).values_list(), key=str)
    people = Membership.objects.filter(practice_id=practice_id).values_list("user_id", flat=True)
    found["people"] = sorted(get_user_model().objects.filter(pk__in=people).values_list(), key=str)
    return found


def test_no_address_opens_or_changes_a_thing_of_another_practice(sides: Sides) -> None:
    practices = [sides.other.id, sides.practice.id]
    before = [_kept(one) for one in practices]
    opened = []
    tried = 0
    for method, path in addresses():
        for ids in _mixes(path, sides):
            address = _filled(path, ids)
            answer = _send(sides.client, method, address, sides.foreign)
            tried += 1
            if answer.status_code not in REFUSALS and not _sent_back(sides, answer):
                opened.append((method, address, path, answer.status_code))
            assert MARK.lower() not in _content(answer), address
    assert opened == [], "\n".join(map(str, opened))
    assert tried > 100
    after = [_kept(one) for one in practices]
    assert [{name for name in one if one[name] != then[name]} for one, then in zip(after, before, strict=True)] == [
        set(),
        set(),
    ]


def _sent_back(sides: Sides, answer: Any) -> bool:
    """Whether a form was answered by the way back, to a page that is refused or that shows nothing of the other."""
    if answer.status_code != 302:
        return False
    return MARK.lower() not in _content(sides.client.get(answer["Location"]))


def test_the_same_addresses_open_ones_own_things_and_show_nothing_of_others(sides: Sides) -> None:
    opened = set()
    for method, path in addresses():
        names = set(re.findall(r"\{(\w+)\}", path)) - set(FIXED)
        if method == "GET" and names and "job-events" not in path and not path.endswith("/events"):
            answer = sides.client.get(_filled(path, sides.own))
            assert MARK.lower() not in _content(answer), path
            if answer.status_code == 200:
                opened |= names
    assert opened >= set(sides.own) - {
        "fact_id",
        "bill_id",
        "user_id",
        "emergency_id",
        "decision_id",
        "finding",
        "notification_id",
        "request_id",
        "hold_id",
        "answer_id",
        "refusal_id",
        "dispensing_id",
        "measure_id",
        "peer_id",
    }


WORD = MARK[:-3]
"""The beginning of the mark: pages repeat what was typed."""
QUESTIONS = f"q={WORD}&text={WORD}&name={WORD}&name={WORD}&since=2000-01-01&until=2100-01-01&view=all&state=&format=csv"


def _lists() -> list[str]:
    return [path for method, path in addresses() if method == "GET" and "{" not in path]


def test_no_list_search_or_export_holds_anything_of_another_practice(sides: Sides) -> None:
    secrets = [MARK.lower(), *(sides.foreign[name] for name in sides.foreign if name.endswith("_id"))]
    for path in _lists():
        for address in (path, f"{path}?{QUESTIONS}"):
            shown = _content(sides.client.get(address))
            assert [secret for secret in secrets if secret in shown] == [], address
    found = sides.client.post(f"{BASE}/patients/_search", {"text": MARK}, content_type="application/json")
    assert found.json()["items"] == []


def test_the_lists_show_all_that_to_its_own_practice(sides: Sides) -> None:
    """Without this, the test above could look at lists that never show anything."""
    owner = _browser(MARK)
    showing = {path for path in _lists() if MARK.lower() in _content(owner.get(path))}
    assert showing >= {
        f"{BASE}/patients",
        "/patients/",
        "/documents/",
        "/billing/",
        "/medication/",
        "/ledger/",
        "/practice/people/",
        "/practice/break-glass/",
        "/notifications/",
        f"{BASE}/notifications/history",
    }


def test_no_body_brings_a_thing_of_another_practice(sides: Sides) -> None:
    own, foreign = sides.own, sides.foreign
    bundle = sides.client.get(f"{BASE}/fhir/patients/{own['patient_id']}").json()
    before = _kept(sides.other.id)
    calls = [
        (f"/patients/{own['patient_id']}/merge", {"merged_id": foreign["patient_id"], "reason": "Doublon"}),
        ("/medication-reviews", {"patient_id": foreign["patient_id"], "consent_on": "2026-11-02"}),
        (f"/fhir/import?into={foreign['patient_id']}", bundle),
    ]
    for path, body in calls:
        answer = sides.client.post(BASE + path, body, content_type="application/json")
        assert (path, answer.status_code) == (path, 404)
    assert _kept(sides.other.id) == before
