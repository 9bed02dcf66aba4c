"""What each role may do, as the specification writes it."""

from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from epione.identity.domain.registries import valid_finess, valid_rpps
from epione.identity.domain.roles import ROLES, permits
from epione.identity.guards import declared_scopes
from epione.identity.models import User
from epione.identity.public import PracticeFacts, actor_of, allowed, create_user, members_of, require
from epione.kernel.errors import Forbidden, Invalid


@pytest.mark.parametrize(
    ("role", "scopes"),
    [
        ("surgeon", "patients:read patients:write surgeries:all documents:all"),
        ("nurse", "patients:read surgeries:read documents:read"),
        ("admin", "all:permissions"),
        ("patient", "own_data:read documents:read appointments:write"),
    ],
)
def test_roles_of_the_specification_have_their_scopes_word_for_word(role: str, scopes: str) -> None:
    assert ROLES[role] == set(scopes.split())


def test_there_are_exactly_nine_roles() -> None:
    named = "surgeon nurse admin patient physician pharmacist radiologist secretary auditor"
    assert set(ROLES) == set(named.split())


def test_all_gives_read_and_write_of_its_own_resource_alone() -> None:
    assert permits(["surgeon"], "documents:write")
    assert permits(["surgeon"], "documents:read")
    assert not permits(["surgeon"], "billing:read")


def test_administrator_governs_everything_but_reads_no_record() -> None:
    assert permits(["admin"], "people:write")
    assert permits(["admin"], "audit:read")
    assert not permits(["admin"], "patients:read")
    assert not permits(["admin"], "own_data:read")


def test_emergency_opens_reading_and_never_writing() -> None:
    assert permits(["admin"], "patients:read", emergency=True)
    assert not permits(["admin"], "patients:write", emergency=True)


def test_an_unknown_role_gives_only_what_everyone_has() -> None:
    assert permits(["wizard"], "medications:read")
    assert not permits(["wizard"], "patients:read")


def test_finess_and_rpps_need_their_key() -> None:
    assert valid_finess("750712184")
    assert valid_finess("69 078 1810")
    assert not valid_finess("750712185")
    assert not valid_finess("75071218")
    assert valid_finess("2A0000154")
    assert valid_rpps("10001234565")
    assert not valid_rpps("10001234567")


def test_a_member_becomes_an_actor_of_her_practice(practice: PracticeFacts) -> None:
    person = create_user(practice_id=practice.id, username="camille.rey", password=None, roles=["pharmacist"])
    actor = actor_of(User.objects.get(pk=person.id))
    assert actor is not None
    assert (actor.id, actor.practice_id, actor.roles) == (person.id, practice.id, {"pharmacist"})
    assert allowed(actor, "medication_reviews:write")
    with pytest.raises(Forbidden):
        require(actor, "people:write")


def test_a_pending_member_is_nobody(practice: PracticeFacts) -> None:
    person = create_user(practice_id=practice.id, username="new", password=None, roles=["nurse"], status="pending")
    assert actor_of(User.objects.get(pk=person.id)) is None
    assert members_of(practice.id) == []


def test_a_role_that_does_not_exist_is_refused(practice: PracticeFacts) -> None:
    with pytest.raises(Invalid):
        create_user(practice_id=practice.id, username="x", password=None, roles=["wizard"])


def test_a_call_that_the_table_does_not_know_stays_closed(rf: RequestFactory) -> None:
    request = rf.get("/api/v1/novelty")
    request.resolver_match = SimpleNamespace(route="api/v1/novelty")
    with pytest.raises(LookupError, match="GET /novelty"):
        declared_scopes(request)
    request.resolver_match = SimpleNamespace(route="api/v1/patients/<uuid:patient_id>")
    assert declared_scopes(request) == ("patients:read", "own_data:read")
