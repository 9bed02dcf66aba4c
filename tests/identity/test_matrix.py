"""The matrix of rights: every call and every page, walked by a stranger, by each role, and by another practice."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from epione.identity.domain.operations import OPEN_PAGES, OPERATIONS, PAGES, PUBLIC, key_of
from epione.identity.domain.roles import ROLES, permits
from epione.identity.public import PracticeFacts, create_user
from epione.identity.services import break_glass
from epione.kernel.ids import uuid7
from epione.kernel.rows import PracticeRow
from epione.patients.public import Identity, create_patient
from epione.project.api import api

BASE = "/api/v1"
LOGIN = "allauth.account.auth_backends.AuthenticationBackend"
OWN_GUARD = re.compile(r"^(mfa_|account_|idp:)")
"""allauth's pages: it guards them with its own sign-in and re-authentication."""
AS_DEMO_ONLY = re.compile(r"^kit:gallery")


@cache
def calls() -> dict[str, str]:
    """Every call that the API serves: its name in the table -> its path."""
    found = {}
    for path, operations in api.get_openapi_schema()["paths"].items():
        for method in operations:
            found[key_of(method.upper(), path.removeprefix(BASE))] = path
    return found


def _walk(resolver: URLResolver, prefix: str = "", names: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, route, f"{names}{entry.namespace}:" if entry.namespace else names)
        else:
            yield f"{names}{entry.name or route}", f"/{route}", entry


@cache
def pages() -> dict[str, tuple[str, URLPattern]]:
    """Every page: its name -> its route and pattern. Static files and the API stand elsewhere."""
    return {
        name: (route, entry)
        for name, route, entry in _walk(get_resolver())
        if not route.startswith((BASE, "/static/", "/media/"))
    }


def filled(path: str) -> str:
    """The path with an id that nobody has."""
    path = re.sub(r"<int:\w+>", "999999", re.sub(r"<(slug|str):\w+>", "unlock", path))
    return re.sub(r"<\w+:\w+>|\{\w+\}|<\w+>", str(uuid7()), path).replace("^", "").replace("$", "")


@pytest.fixture
def browser(practice: PracticeFacts) -> Callable[[str], Client]:
    """A signed-in browser of one role, with its second factor."""

    def make(role: str, practice_id: UUID = practice.id) -> Client:
        name = f"{role}-{uuid7()}"
        create_user(practice_id=practice_id, username=name, password=None, roles=[role])
        user = get_user_model().objects.get(username=name)
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
        client = Client(raise_request_exception=False)
        client.force_login(user, backend=LOGIN)
        return client

    return make


def test_every_call_declares_its_scopes_and_the_table_knows_no_other() -> None:
    assert set(OPERATIONS) == set(calls())


def test_every_page_declares_the_scope_of_the_table() -> None:
    declared = {
        name: getattr(entry.callback, "scope", None)
        for name, (_route, entry) in pages().items()
        if name not in OPEN_PAGES and not OWN_GUARD.match(name) and not AS_DEMO_ONLY.match(name)
    }
    assert declared == PAGES


def _refused(client: Client, method: str, path: str) -> bool:
    answer = client.generic(method, filled(path), b"{}", content_type="application/json")
    return answer.status_code in {401, 403}


@pytest.mark.parametrize("role", [None, *ROLES])
def test_calls_open_to_the_roles_of_the_table_and_to_no_other(
    browser: Callable[[str], Client], role: str | None, db: None
) -> None:
    client = browser(role) if role else Client()
    opened = {
        key for key, path in calls().items() if key in OPERATIONS and not _refused(client, key.partition(" ")[0], path)
    }
    expected = {
        key
        for key, scopes in OPERATIONS.items()
        if scopes == (PUBLIC,) or (role and any(permits([role], scope) for scope in scopes))
    }
    # The way in answers 401 or 403 to an empty attempt whoever sends it: it is open all the same.
    way_in = {key for key, scopes in OPERATIONS.items() if scopes == (PUBLIC,)}
    assert opened - way_in == expected - way_in


@pytest.mark.parametrize("role", [None, *ROLES])
def test_pages_open_to_the_roles_of_the_table_and_to_no_other(
    browser: Callable[[str], Client], role: str | None, db: None
) -> None:
    client = browser(role) if role else Client()
    opened = set()
    for name, (route, _entry) in pages().items():
        if name not in PAGES:
            continue
        answer: Any = client.get(filled(route))
        if answer.status_code == 405:
            answer = client.post(filled(route))
        sent_away = answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
        if answer.status_code not in {401, 403} and not sent_away:
            opened.add(name)
    assert opened == {name for name, scope in PAGES.items() if role and permits([role], scope)}


@pytest.mark.parametrize("role", ["pharmacist", "admin"])
def test_no_page_fails_on_an_id_that_nobody_has_and_an_empty_form(
    browser: Callable[[str], Client], role: str, db: None
) -> None:
    client = browser(role)
    failed = [
        (method, name)
        for name, (route, _entry) in pages().items()
        if name in PAGES
        for method in ("get", "post")
        if getattr(client, method)(filled(route)).status_code >= 500
    ]
    assert failed == []


def rows_of(practice_id: UUID) -> set[str]:
    """The ids of every row that a practice has."""
    found: set[str] = set()
    pending = [PracticeRow]
    while pending:
        for model in pending.pop().__subclasses__():
            pending.append(model)
            if not model._meta.abstract:
                found |= {str(pk) for pk in model.objects.of_practice(practice_id).values_list("pk", flat=True)}
    return found


def test_nothing_of_a_practice_answers_another_one(
    browser: Callable[..., Client], practice: PracticeFacts, other_practice: PracticeFacts, actor: Any
) -> None:
    """Each page and each reading call is tried with each id of the other practice: nothing is found."""
    by = actor("pharmacist", practice)
    identity = Identity(first_name="Jeanne", last_name="Vasseur", birth_date=date(1941, 3, 2))
    create_patient(identity=identity, by=by)
    break_glass(reason="Patiente inconsciente", by=by)
    client = browser("pharmacist", other_practice.id)
    ids = rows_of(practice.id)
    assert ids
    reads = [
        path for key, path in calls().items() if key.startswith("GET") and re.fullmatch(r"[^{]*\{\w+_id\}[^{]*", path)
    ]
    shown = [
        route for name, (route, _entry) in pages().items() if name in PAGES and len(re.findall("<uuid:", route)) == 1
    ]
    for path in [*reads, *shown]:
        for one in ids:
            answer = client.get(re.sub(r"\{\w+\}|<\w+:\w+>", one, path))
            assert answer.status_code in {403, 404, 405, 422}, (path, answer.status_code)
