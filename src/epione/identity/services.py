"""Use cases of identity: practices, people, memberships."""

from collections.abc import Iterable
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from epione.kernel.actor import Actor
from epione.kernel.errors import Invalid

from .domain.registries import compact, valid_finess, valid_rpps
from .domain.roles import ROLES
from .errors import AlreadyThere, UnknownRole
from .models import Membership, Practice, Site, User
from .queries import Person, PracticeFacts, person
from .rules import require


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


@transaction.atomic
def create_practice(
    *, name: str, finess: str = "", sites: Iterable[str] = (), settings: dict[str, Any] | None = None
) -> PracticeFacts:
    """Open a practice with its sites; an empty FINESS means that it has none yet."""
    practice = Practice.objects.create(name=name, finess=_checked_finess(finess), settings=settings or {})
    Site.objects.bulk_create(Site(practice_id=practice.id, name=site) for site in sites)
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
    """Create a person and her membership (`status` active unless said); `by` is None at set-up only."""
    if by is not None:
        require(by, "people:write")
    if User.objects.filter(username__iexact=username).exists():
        raise AlreadyThere
    rpps = compact(profile.get("rpps", ""))
    if rpps and not valid_rpps(rpps):
        raise Invalid({"rpps": [_("This RPPS number has a wrong key: check its eleven digits.")]})
    names = {key: profile.get(key, "") for key in ("email", "first_name", "last_name")}
    membership = Membership.objects.create(
        practice_id=practice_id,
        user=User.objects.create_user(username, password, **names),
        roles=_checked_roles(roles),
        status=profile.get("status", Membership.Status.ACTIVE),
        rpps=rpps,
        patient_id=profile.get("patient_id"),
    )
    return person(membership)
