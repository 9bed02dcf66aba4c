"""Practices and their people: opening, joining, approving, changing, disabling."""

import secrets
from collections.abc import Iterable
from typing import Any, TypedDict, Unpack
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.utils import reset
from django.conf import settings as project
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from epione.identity.domain.registries import compact, valid_finess, valid_rpps
from epione.identity.domain.roles import ADMIN, AUDITOR, PROTECTED_ROLES, ROLES
from epione.identity.errors import AlreadyThere, UnknownRole
from epione.identity.models import ExternalIdentity, Membership, Practice, Site, User
from epione.identity.queries import Person, PracticeFacts, person, service_actor
from epione.identity.rules import require
from epione.kernel.actor import Actor
from epione.kernel.errors import Forbidden, Invalid, NotFound
from epione.ledger.public import record

from .tokens import revoke_all_tokens


def _checked_finess(number: str) -> str:
    number = compact(number)
    if number and not valid_finess(number):
        raise Invalid({"finess": [_("This FINESS number has a wrong key: check its nine digits.")]})
    return number


def _checked_roles(roles: Iterable[str]) -> list[str]:
    names = sorted(set(roles))
    unknown = [name for name in names if name not in ROLES]
    if unknown or not names:
        raise UnknownRole({"role": [", ".join(unknown) or _("At least one role is needed.")]})
    return names


def _record(verb: str, member: Membership, by: Actor, before: Any = None, after: Any = None) -> None:
    record(action=f"identity.{verb}", by=by, entity=("user", str(member.user_id)), before=before, after=after)


def check_password(password: str, *, user: User, roles: Iterable[str]) -> None:
    """Refuse a password that is too short, too common or made of known names."""
    # The person may not be saved yet: what she will be decides whether a second factor will stand beside the password.
    user.expects_factor = project.SECOND_FACTOR_REQUIRED and bool(set(roles) & PROTECTED_ROLES)  # type: ignore[attr-defined]
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid({"password": list(error.messages)}) from error


@transaction.atomic
def create_practice(
    *, name: str, finess: str = "", sites: Iterable[str] = (), settings: dict[str, Any] | None = None
) -> PracticeFacts:
    """Open a practice with its sites; an empty FINESS means that it has none yet."""
    practice = Practice.objects.create(name=name, finess=_checked_finess(finess), settings=settings or {})
    Site.objects.bulk_create(Site(practice_id=practice.id, name=site) for site in sites)
    record(
        action="identity.open_practice",
        by=service_actor(practice.id, "Set-up"),
        entity=("practice", str(practice.id)),
        after={"name": practice.name, "finess": practice.finess, "sites": list(sites)},
    )
    return PracticeFacts(practice.id, practice.name, practice.finess)


class Profile(TypedDict, total=False):
    """What may be known of a new person besides her identifier."""

    email: str
    first_name: str
    last_name: str
    rpps: str
    patient_id: UUID | None
    status: str


@transaction.atomic
def create_user(
    *,
    practice_id: UUID,
    username: str,
    password: str | None,
    roles: Iterable[str],
    by: Actor | None = None,
    **profile: Unpack[Profile],
) -> Person:
    """Create a person and her membership (`status` active unless said); `by` is None at set-up only.

    The password is taken as it is: doors that people use call `check_password` first.
    """
    if by is not None:
        require(by, "people:write")
        practice_id = by.practice_id
    if User.objects.filter(username__iexact=username).exists():
        raise AlreadyThere
    rpps = compact(profile.get("rpps", ""))
    if rpps and not valid_rpps(rpps):
        raise Invalid({"rpps": [_("This RPPS number has a wrong key: check its eleven digits.")]})
    checked = _checked_roles(roles)
    names = {key: profile.get(key, "") for key in ("email", "first_name", "last_name")}
    membership = Membership.objects.create(
        practice_id=practice_id,
        user=User.objects.create_user(username, password, **names),
        roles=checked,
        status=profile.get("status", Membership.Status.ACTIVE),
        rpps=rpps,
        patient_id=profile.get("patient_id"),
    )
    facts = {"username": username, "roles": checked, "status": membership.status}
    _record("create_user", membership, by or service_actor(practice_id, "Set-up"), after=facts)
    return person(membership)


def _practice_to_join(practice_id: UUID | None) -> UUID:
    rows = Practice.objects.all() if practice_id is None else Practice.objects.filter(pk=practice_id)
    known = list(rows.values_list("id", flat=True)[:2])
    if len(known) != 1:
        raise Invalid({"practice": [_("Name the practice to join.")]})
    return known[0]


def register(*, username: str, email: str, password: str, role: str, practice_id: UUID | None = None) -> Person:
    """Ask for an account: pending until an administrator approves, except for the trades of the demo."""
    joined = _practice_to_join(practice_id)
    user = User(username=username, email=email)
    try:
        UnicodeUsernameValidator()(username)
        validate_email(email)
    except ValidationError as error:
        raise Invalid({"username": list(error.messages)}) from error
    check_password(password, user=user, roles=[role])
    waits = not project.DEMO or role in {ADMIN, AUDITOR}
    return create_user(
        practice_id=joined,
        username=username,
        password=password,
        roles=[role],
        email=email,
        status=Membership.Status.PENDING if waits else Membership.Status.ACTIVE,
    )


def _member(user_id: UUID, by: Actor) -> Membership:
    require(by, "people:write")
    rows = Membership.objects.of_practice(by.practice_id).select_related("user", "practice")
    found: Membership | None = rows.filter(user_id=user_id).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def approve_member(*, user_id: UUID, by: Actor) -> Person:
    """Let a person who asked for an account, or was disabled, work in the practice."""
    member = _member(user_id, by)
    before = {"status": member.status}
    member.status = Membership.Status.ACTIVE
    member.save()
    _record("approve", member, by, before, {"status": member.status})
    return person(member)


@transaction.atomic
def change_roles(*, user_id: UUID, roles: Iterable[str], by: Actor) -> Person:
    """Give a person other roles; nobody changes her own."""
    member = _member(user_id, by)
    if member.user_id == by.id:
        raise Forbidden
    before = {"roles": member.roles}
    member.roles = _checked_roles(roles)
    member.save()
    _record("change_roles", member, by, before, {"roles": member.roles})
    return person(member)


def _end_everywhere(user: User, reason: str) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()
    revoke_all_tokens(user=user, reason=reason)


@transaction.atomic
def disable_member(*, user_id: UUID, by: Actor) -> Person:
    """Close the practice to a person at once: her sessions and tokens end with it."""
    member = _member(user_id, by)
    if member.user_id == by.id:
        raise Forbidden
    before = {"status": member.status}
    member.status = Membership.Status.DISABLED
    member.save()
    _end_everywhere(member.user, "disabled")
    _record("disable", member, by, before, {"status": member.status})
    return person(member)


@transaction.atomic
def reset_factors(*, user_id: UUID, by: Actor) -> Person:
    """Take away every second factor of a person whose identity was checked; she enrols again at her next sign-in."""
    member = _member(user_id, by)
    count, _kinds = Authenticator.objects.filter(user=member.user).delete()
    _end_everywhere(member.user, "factors-reset")
    _record("reset_factors", member, by, after={"removed": count})
    return person(member)


@transaction.atomic
def renew_password(*, user_id: UUID, by: Actor) -> str:
    """A new password for a person whose identity was checked, said once; her second factors stay, her sessions end."""
    member = _member(user_id, by)
    if member.user_id == by.id:
        raise Forbidden
    password = secrets.token_urlsafe(15)
    member.user.set_password(password)
    member.user.save(update_fields=["password"])
    _end_everywhere(member.user, "password")
    _record("renew_password", member, by)
    return password


@transaction.atomic
def unlock(*, user_id: UUID, by: Actor) -> Person:
    """Forget the failures that locked a person."""
    member = _member(user_id, by)
    names = {member.user.username.lower(), member.user.email.lower()} - {""}
    count = sum(reset(username=name) for name in names)
    _record("unlock", member, by, after={"forgotten": count})
    return person(member)


@transaction.atomic
def member_proven(*, issuer: str, subject: str, rpps: str) -> Membership | None:
    """The member that an identity provider has proved: known by issuer and subject, linked once by her RPPS number."""
    active = Membership.objects.filter(status=Membership.Status.ACTIVE, user__is_active=True).select_related("user")
    known = ExternalIdentity.objects.filter(issuer=issuer, subject=subject).first()
    if known is not None:
        return active.filter(user_id=known.user_id).order_by("created_at").first()
    found = active.filter(rpps=rpps).order_by("created_at").first() if rpps else None
    if found is not None:
        ExternalIdentity.objects.create(user=found.user, issuer=issuer, subject=subject)
        _record("link_identity", found, service_actor(found.practice_id, "Sign-in"), after={"issuer": issuer})
    return found


@transaction.atomic
def close_patient_accounts(*, patient_ids: Iterable[UUID], by: Actor) -> int:
    """Close and empty the accounts of patients whose record was erased; how many. Called by that use case."""
    members = Membership.objects.of_practice(by.practice_id).select_related("user").filter(patient_id__in=patient_ids)
    for member in members:
        user = member.user
        _end_everywhere(user, "erased")
        member.status, member.patient_id = Membership.Status.DISABLED, None
        member.save()
        user.username, user.first_name, user.last_name, user.email = f"erased-{user.id}", "", "", ""
        user.is_active = False
        user.set_unusable_password()
        user.save()
        _record("close_erased", member, by)
    return len(members)
