"""Reads of people and practices; nothing here records."""

from dataclasses import dataclass
from uuid import UUID

from epione.kernel import clock
from epione.kernel.actor import Actor, ActorKind

from .models import EmergencyAccess, Membership, Practice, User


@dataclass(frozen=True, slots=True)
class Person:
    """A member of a practice, as other modules see her."""

    id: UUID
    practice_id: UUID
    username: str
    name: str
    email: str
    roles: frozenset[str]
    status: str
    rpps: str


@dataclass(frozen=True, slots=True)
class PracticeFacts:
    """A practice, as other modules see it."""

    id: UUID
    name: str
    finess: str


def person(membership: Membership) -> Person:
    """The public view of one membership."""
    user = membership.user
    return Person(
        id=user.id,
        practice_id=membership.practice_id,
        username=user.username,
        name=user.get_full_name(),
        email=user.email,
        roles=frozenset(membership.roles),
        status=membership.status,
        rpps=membership.rpps,
    )


def members_of(practice_id: UUID, *, role: str | None = None) -> list[Person]:
    """The active members of a practice, by name; with `role`, only those who hold it."""
    rows = Membership.objects.of_practice(practice_id).filter(status=Membership.Status.ACTIVE, user__is_active=True)
    people = [person(row) for row in rows.select_related("user").order_by("user__last_name", "user__first_name")]
    return [one for one in people if role is None or role in one.roles]


def practice_of(practice_id: UUID) -> PracticeFacts:
    """The facts of a practice."""
    row = Practice.objects.get(pk=practice_id)
    return PracticeFacts(row.id, row.name, row.finess)


def practice_ids() -> list[UUID]:
    """Every practice of this installation, for the jobs of the night."""
    return list(Practice.objects.order_by("created_at").values_list("id", flat=True))


def membership_of(user: User, practice_id: UUID | None) -> Membership | None:
    """The active membership of a person in this practice, or her first one when none is named."""
    rows = Membership.objects.filter(user=user, status=Membership.Status.ACTIVE).select_related("user", "practice")
    if practice_id is not None:
        rows = rows.filter(practice_id=practice_id)
    return rows.order_by("created_at").first()


def actor_of(user: User, practice_id: UUID | None = None) -> Actor | None:
    """The actor that a signed-in person is in a practice; None without an active membership."""
    membership = membership_of(user, practice_id) if user.is_active else None
    if membership is None:
        return None
    kind = ActorKind.PATIENT if membership.roles == ["patient"] else ActorKind.PERSON
    return Actor(
        id=user.id,
        kind=kind,
        practice_id=membership.practice_id,
        roles=frozenset(membership.roles),
        name=user.get_full_name(),
        patient_id=membership.patient_id,
    )


def service_actor(practice_id: UUID, name: str, *, roles: frozenset[str] = frozenset()) -> Actor:
    """The actor of a job, a command or a machine: it carries only the roles that it is given."""
    return Actor(id=practice_id, kind=ActorKind.SERVICE, practice_id=practice_id, roles=roles, name=name)


def open_emergency(user_id: UUID, practice_id: UUID) -> UUID | None:
    """The open emergency access of a person, if any."""
    rows = EmergencyAccess.objects.of_practice(practice_id).filter(
        user_id=user_id, closed_at=None, expires_at__gt=clock.now()
    )
    found: UUID | None = rows.values_list("id", flat=True).first()
    return found


def people_of(practice_id: UUID) -> list[Person]:
    """Everybody of a practice: those who wait, then those who work, then those to whom it is closed."""
    order = {Membership.Status.PENDING: 0, Membership.Status.ACTIVE: 1, Membership.Status.DISABLED: 2}
    rows = Membership.objects.of_practice(practice_id).select_related("user")
    people = [person(row) for row in rows.order_by("user__last_name", "user__first_name", "user__username")]
    return sorted(people, key=lambda one: order[Membership.Status(one.status)])


def find_practice(which: str) -> PracticeFacts | None:
    """The practice of this FINESS or id; the only one when none is named; None when that says too little."""
    rows = Practice.objects.order_by("created_at")
    if which:
        named = rows.filter(finess=which)
        rows = named if named.exists() or not _is_uuid(which) else rows.filter(pk=which)
    found = list(rows[:2])
    return PracticeFacts(found[0].id, found[0].name, found[0].finess) if len(found) == 1 else None


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
