"""The administrator's pages: approving, roles, closing; emergency accesses and their review."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.test import Client

from epione.identity.models import EmergencyAccess, Membership, User
from epione.identity.public import PracticeFacts, actor_of, allowed
from epione.identity.services import (
    approve_member,
    break_glass,
    change_roles,
    close_emergency,
    disable_member,
    review_emergency,
)
from epione.kernel import clock
from epione.kernel.actor import Actor, ActorKind
from epione.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from epione.kernel.ids import uuid7
from epione.ledger.models import Entry
from epione.patients.public import Identity, create_patient

from .conftest import PASSWORD, code, login
from .test_sign_in import enter

Member = Callable[..., User]
WHY = "Patiente inconsciente aux urgences"


@pytest.fixture
def admin(member: Member) -> Client:
    member("admin", "directrice", factor=True)
    client = Client()
    enter(client, "directrice")
    client.post("/account/factors/authenticate/", {"code": code()})
    return client


def test_approving_opens_the_practice(admin: Client, member: Member) -> None:
    user = member("nurse", status="pending")
    assert "En attente d’approbation" in admin.get("/practice/people/").content.decode()
    assert admin.post(f"/practice/people/{user.id}/approve/").status_code == 302
    assert Membership.objects.get(user=user).status == "active"
    assert Entry.objects.filter(action="identity.approve").count() == 1


def test_closing_the_practice_ends_sessions_and_tokens_at_once(admin: Client, member: Member, client: Client) -> None:
    user = member("patient", "patiente")
    enter(client, "patiente")
    token = login(Client(), "patiente").json()["access_token"]
    admin.post(f"/practice/people/{user.id}/disable/")
    assert client.get("/account/")["Location"].startswith("/sign-in/")
    answer = Client().get("/api/v1/auth/me", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert login(Client(), "patiente").status_code == 401


def test_unlocking_forgets_the_failures(admin: Client, member: Member) -> None:
    user = member("patient", "patiente")
    for _attempt in range(5):
        enter(Client(), "patiente", "no")
    assert enter(Client(), "patiente").status_code == 429
    admin.post(f"/practice/people/{user.id}/unlock/")
    assert enter(Client(), "patiente")["Location"] == "/"
    assert not AccessAttempt.objects.filter(username="patiente").exists()


def test_taking_factors_away_asks_who_is_there(admin: Client, member: Member) -> None:
    user = member("nurse", factor=True)
    asked = admin.post(f"/practice/people/{user.id}/reset-mfa/")
    assert asked["Location"].startswith("/account/confirm/")
    assert Authenticator.objects.filter(user=user).exists()
    admin.post("/account/confirm/", {"password": PASSWORD, "next": "/"})
    admin.post(f"/practice/people/{user.id}/reset-mfa/")
    assert not Authenticator.objects.filter(user=user).exists()


def test_a_forgotten_password_is_replaced_and_the_factor_stays(admin: Client, member: Member) -> None:
    user = member("nurse", factor=True)
    assert admin.post(f"/practice/people/{user.id}/password/")["Location"].startswith("/account/confirm/")
    admin.post("/account/confirm/", {"password": PASSWORD, "next": "/"})
    page = admin.post(f"/practice/people/{user.id}/password/").content.decode()
    new = page.split('<p class="mono">')[2].split("<")[0]
    assert enter(Client()).status_code == 200
    assert enter(Client(), password=new)["Location"] == "/account/factors/authenticate/"


def test_a_new_person_gets_a_password_shown_once(admin: Client, practice: PracticeFacts) -> None:
    form = {
        "first_name": "Inès",
        "last_name": "Garcia",
        "username": "ines.garcia",
        "email": "ines@example.org",
        "roles": ["nurse"],
    }
    answer = admin.post("/practice/people/new/", form)
    assert answer.status_code == 201
    user = User.objects.get(username="ines.garcia")
    assert user.password not in answer.content.decode()
    taken = admin.post("/practice/people/new/", form)
    assert taken.status_code == 422
    wrong = admin.post("/practice/people/new/", form | {"username": "other", "rpps": "10001234567"})
    assert "RPPS" in wrong.content.decode()
    assert not User.objects.filter(username="other").exists()


def test_nobody_raises_or_closes_herself(practice: PracticeFacts, member: Member) -> None:
    me = actor_of(member("admin", "directrice"))
    assert me is not None
    with pytest.raises(Forbidden):
        change_roles(user_id=me.id, roles=["admin", "surgeon"], by=me)
    with pytest.raises(Forbidden):
        disable_member(user_id=me.id, by=me)


@pytest.mark.parametrize("service", [approve_member, disable_member])
def test_an_administrator_governs_her_own_practice_only(
    service: Any, actor: Callable[..., Actor], other_practice: PracticeFacts
) -> None:
    stranger = actor("nurse", other_practice)
    with pytest.raises(NotFound):
        service(user_id=stranger.id, by=actor("admin"))


def test_breaking_the_glass_opens_reading_for_an_hour(client: Client, member: Member, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    user = member("admin")
    enter(client)
    assert not client.get("/api/v1/auth/me").json()["break_glass"]
    client.post("/emergency-access/", {"reason": WHY, "confirm_password": PASSWORD})
    me = client.get("/api/v1/auth/me").json()
    assert me["break_glass"]
    assert "patients:read" in me["scopes"]
    assert "patients:write" not in me["scopes"]
    page = client.get("/practice/break-glass/").content.decode()
    assert WHY in page
    EmergencyAccess.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert not client.get("/api/v1/auth/me").json()["break_glass"]
    assert Entry.objects.filter(action="identity.break_glass").count() == 1
    assert EmergencyAccess.objects.get().user_id == user.id


def test_closing_before_the_hour(actor: Callable[..., Actor]) -> None:
    by = actor("admin")
    break_glass(reason=WHY, by=by)
    close_emergency(by=by)
    assert EmergencyAccess.objects.get().closed_at is not None


def test_a_reason_is_a_sentence(actor: Callable[..., Actor]) -> None:
    with pytest.raises(Invalid):
        break_glass(reason="urgent", by=actor("admin"))


def test_a_patient_breaks_no_glass(actor: Callable[..., Actor]) -> None:
    patient = replace(actor("patient"), kind=ActorKind.PATIENT)
    with pytest.raises(Forbidden):
        break_glass(reason=WHY, by=patient)
    assert not EmergencyAccess.objects.exists()
    assert not allowed(replace(patient, break_glass=uuid7()), "patients:read")


def test_each_access_is_reviewed_once_by_somebody_else(actor: Callable[..., Actor]) -> None:
    by, reviewer = actor("admin"), actor("admin")
    emergency = break_glass(reason=WHY, by=by)
    with pytest.raises(Forbidden):
        review_emergency(emergency_id=emergency, justified=True, comment="", by=by)
    with pytest.raises(Forbidden):
        review_emergency(emergency_id=emergency, justified=True, comment="", by=actor("nurse"))
    review_emergency(emergency_id=emergency, justified=False, comment="Pas d’urgence", by=reviewer)
    with pytest.raises(Conflict):
        review_emergency(emergency_id=emergency, justified=True, comment="", by=reviewer)
    assert EmergencyAccess.objects.get().justified is False


def test_another_practice_reviews_nothing(actor: Callable[..., Actor], other_practice: PracticeFacts) -> None:
    emergency = break_glass(reason=WHY, by=actor("admin"))
    with pytest.raises(NotFound):
        review_emergency(emergency_id=emergency, justified=True, comment="", by=actor("admin", other_practice))


def test_an_emergency_never_gives_rights_to_write(actor: Callable[..., Actor]) -> None:
    by = replace(actor("admin"), break_glass=break_glass(reason=WHY, by=actor("admin")))
    assert allowed(by, "patients:read")
    assert not allowed(by, "patients:write")
    assert not allowed(by, "own_data:read")


def test_an_administrator_reads_a_record_only_through_the_glass(
    client: Client, member: Member, actor: Callable[..., Actor], settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    who = Identity(first_name="Jeanne", last_name="Vasseur", birth_date=date(1941, 3, 2))
    patient = create_patient(identity=who, by=actor("pharmacist"))
    member("admin")
    enter(client)
    record = f"/api/v1/patients/{patient.id}"
    assert client.get(record).status_code == 403
    client.post("/emergency-access/", {"reason": WHY, "confirm_password": PASSWORD})
    assert client.get(record).json()["last_name"] == "Vasseur"
    assert "Accès d’urgence" in client.get(f"/patients/{patient.id}/").content.decode()
    assert client.delete(record).status_code == 403
    client.post("/emergency-access/close/")
    assert client.get(record).status_code == 403
