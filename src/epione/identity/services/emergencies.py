"""Breaking the glass: an emergency access with its reason, its hour, and its review."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from epione.identity import events
from epione.identity.models import EmergencyAccess
from epione.identity.queries import service_actor
from epione.identity.rules import require
from epione.kernel import clock
from epione.kernel.actor import Actor, ActorKind
from epione.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from epione.kernel.events import publish
from epione.ledger.public import record

LEAST_REASON = 10
REMIND_AFTER = timedelta(days=5)
"""A review is due within seven days; two days before, those who review are reminded."""


@transaction.atomic
def break_glass(*, reason: str, by: Actor) -> UUID:
    """Open an emergency access for one hour; the caller has asked who is there again.

    It is for the people of the practice: a patient's account opens nothing but its own record, ever.
    """
    require(by, "account:write")
    if by.kind is not ActorKind.PERSON:
        raise Forbidden
    reason = reason.strip()
    if len(reason) < LEAST_REASON:
        raise Invalid({"reason": [_("Say why in a sentence: it is reviewed.")]})
    row = EmergencyAccess.objects.create(
        practice_id=by.practice_id,
        user_id=by.id,
        reason=reason,
        expires_at=clock.now() + timedelta(minutes=settings.BREAK_GLASS_MINUTES),
    )
    _record("break_glass", row, by, {"reason": reason, "expires_at": row.expires_at.isoformat()})
    publish(
        events.GLASS_BROKEN,
        practice_id=by.practice_id,
        payload={"emergency_id": str(row.id), "user_id": str(by.id)},
    )
    return row.id


@transaction.atomic
def close_emergency(*, by: Actor) -> None:
    """End the open emergency accesses of the actor before their hour."""
    for row in EmergencyAccess.objects.of_practice(by.practice_id).filter(
        user_id=by.id, closed_at=None, expires_at__gt=clock.now()
    ):
        row.closed_at = clock.now()
        row.save(update_fields=["closed_at", "updated_at"])
        _record("close_glass", row, by, {"closed_at": row.closed_at.isoformat()})


@transaction.atomic
def review_emergency(*, emergency_id: UUID, justified: bool, comment: str, by: Actor) -> None:
    """Say whether an emergency access was justified; never one's own."""
    require(by, "emergencies:write")
    row = EmergencyAccess.objects.of_practice(by.practice_id).filter(pk=emergency_id).first()
    if row is None:
        raise NotFound
    if row.user_id == by.id:
        raise Forbidden
    if row.reviewed_at is not None:
        raise Conflict
    row.reviewed_at, row.reviewed_by_id = clock.now(), by.id
    row.justified, row.comment = justified, comment.strip()
    row.save()
    _record("review_glass", row, by, {"justified": justified, "comment": row.comment})


def remind_reviews() -> int:
    """Announce the emergency accesses that wait for their review since five days, each once; how many."""
    late = EmergencyAccess.objects.filter(
        reviewed_at=None, reminded_at=None, created_at__lte=clock.now() - REMIND_AFTER
    ).order_by("created_at")
    return sum(_remind(row) for row in late)


@transaction.atomic
def _remind(row: EmergencyAccess) -> bool:
    waiting = EmergencyAccess.objects.of_practice(row.practice_id).filter(pk=row.pk, reviewed_at=None, reminded_at=None)
    if not waiting.update(reminded_at=clock.now()):
        return False
    _record(
        "remind_review", row, service_actor(row.practice_id, "Reminders"), {"opened_at": row.created_at.isoformat()}
    )
    payload = {"emergency_id": str(row.id), "user_id": str(row.user_id)}
    publish(events.REVIEW_DUE, practice_id=row.practice_id, payload=payload)
    return True


def _record(verb: str, row: EmergencyAccess, by: Actor, after: dict[str, object]) -> None:
    record(action=f"identity.{verb}", by=by, entity=("emergency_access", str(row.id)), after=after)
