"""Sending, reading, choosing: one use case, one transaction, one ledger entry."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from epione.identity.public import Person, members_of, require
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.crypto import seal_json
from epione.kernel.errors import Invalid
from epione.kernel.ids import uuid7
from epione.kernel.jobs import enqueue
from epione.ledger.public import record

from . import queries
from .domain.channels import CHANNELS, LEVELS, MAIL, SCREEN, is_local
from .errors import MailRefused, NotificationNotFound, UnknownRecipients
from .kinds import MESSAGE, Kind, kind_of, kinds_for
from .models import Notification, Preference
from .providers import mail

LONGEST = 2000
DELIVER = "notifications.deliver"
DELIVERY_ATTEMPTS = 6


@dataclass(frozen=True, slots=True)
class News:
    """What is told: a kind with the parameters of its sentence, where it opens, whom it concerns.

    `key` names the occasion: the same person is told once per key. `level` is the kind's unless given.
    """

    kind: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    link: str = ""
    level: str = ""
    patient_id: UUID | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A sending: how many people have it on their screen, how many by mail as well."""

    id: UUID
    recipients: int
    mails: int


@transaction.atomic
def notify(*, news: News, recipients: Iterable[UUID], by: Actor) -> Sent:
    """Tell people of the actor's practice, each on the channels that she chose; called by modules in a use case.

    Recipients that are no active members any more are left out; that nobody could be told is recorded as well.
    """
    kind = _checked(news)
    wanted = set(recipients)
    people = [one for one in members_of(by.practice_id) if one.id in wanted]
    sending_id = uuid7()
    rows = _rows(news, kind, people, sending_id, by.practice_id)
    record(
        action="notifications.send",
        by=by,
        entity=("sending", str(sending_id)),
        patient_id=news.patient_id,
        after={"kind": kind.key, "recipients": [str(row.user_id) for row in rows], "mails": _mails(rows)},
    )
    for row in rows:
        if row.mail_due:
            enqueue(DELIVER, practice_id=by.practice_id, key=f"{DELIVER}:{row.id}", payload={"id": str(row.id)})
    return Sent(sending_id, len(rows), _mails(rows))


def _checked(news: News) -> Kind:
    kind = kind_of(news.kind)
    if kind is None:
        raise LookupError(f"No module registered notifications of kind {news.kind!r}")
    if news.link and not is_local(news.link):
        raise Invalid({"link": [_("The link must be an address of Epione that begins with a slash.")]})
    if news.level and news.level not in LEVELS:
        raise Invalid({"level": [_("Choose info, important or urgent.")]})
    return kind


def _rows(news: News, kind: Kind, people: list[Person], sending_id: UUID, practice_id: UUID) -> list[Notification]:
    """The new rows of a sending; who was told under this key before is not told again."""
    told = set()
    if news.key:
        rows = Notification.objects.of_practice(practice_id).filter(key=news.key)
        told = set(rows.values_list("user_id", flat=True))
    choices = queries.choices_of(practice_id, [one.id for one in people], kind)
    made = []
    for one in people:
        choice = choices[one.id]
        by_mail = choice.mail and bool(one.email) and mail.is_configured()
        if one.id in told or not (choice.screen or by_mail):
            continue
        row = Notification(
            practice_id=practice_id,
            user_id=one.id,
            sending_id=sending_id,
            patient_id=news.patient_id,
            kind=kind.key,
            level=news.level or kind.level,
            link=news.link,
            key=news.key,
            on_screen=choice.screen,
            mail_due=by_mail,
        )
        row.sealed = seal_json(queries.place_of(row), dict(news.parameters))
        made.append(row)
    Notification.objects.bulk_create(made)
    return made


def _mails(rows: list[Notification]) -> int:
    return sum(row.mail_due for row in rows)


@transaction.atomic
def send_message(
    *, text: str, by: Actor, user_ids: Iterable[UUID] = (), roles: Iterable[str] = (), level: str = "", link: str = ""
) -> Sent:
    """Send words of one's own to people of the practice, named one by one or by role."""
    require(by, "notifications:write")
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise Invalid({"text": [_("Write between 1 and 2,000 characters.")]})
    members, named, held = members_of(by.practice_id), set(user_ids), set(roles)
    if not named <= {one.id for one in members}:
        raise UnknownRecipients
    chosen = {one.id for one in members if one.id in named or one.roles & held}
    if not chosen:
        raise UnknownRecipients
    return notify(news=News(MESSAGE, {"text": text}, link, level), recipients=chosen, by=by)


def deliver(*, notification_id: UUID, practice_id: UUID, by: Actor) -> bool:
    """Send the mail of a notification; False when it left before, or its person is no longer there.

    Raises `MailRefused`, so that the job tries again. A crash between the server's yes and ours sends it twice.
    """
    row = Notification.objects.of_practice(practice_id).filter(id=notification_id).first()
    if row is None:
        raise NotificationNotFound
    person = next((one for one in members_of(practice_id) if one.id == row.user_id and one.email), None)
    if row.mailed_at or person is None:
        return False
    if not mail.send_notice(person.email):
        raise MailRefused
    with transaction.atomic():
        Notification.objects.of_practice(practice_id).filter(id=row.id).update(mailed_at=clock.now())
        record(
            action="notifications.mail", by=by, entity=("notification", str(row.id)), after={"user": str(row.user_id)}
        )
    return True


@transaction.atomic
def list_notifications(
    *, which: queries.Filter, by: Actor, page: int = 1, size: int = 30
) -> tuple[list[queries.NotificationView], int]:
    """One's own notifications, newest first, and how many there are; recorded with their number."""
    require(by, "account:read")
    found, total = queries.listed(by.practice_id, by.id, which, begin=(page - 1) * size, size=size)
    record(
        action="notifications.list",
        by=by,
        entity=("user", str(by.id)),
        after={"found": total, "kind": which.kind, "unread": which.unread},
    )
    return found, total


@transaction.atomic
def open_notification(*, notification_id: UUID, by: Actor) -> queries.NotificationView:
    """Read one of one's own notifications: it is no longer unread."""
    require(by, "account:read")
    row = queries.of_person(by.practice_id, by.id).filter(id=notification_id).first()
    if row is None:
        raise NotificationNotFound
    if row.read_at is None:
        row.read_at = clock.now()
        row.save(update_fields=["read_at", "updated_at"])
    record(action="notifications.open", by=by, entity=("notification", str(row.id)), patient_id=row.patient_id)
    return queries.view_of(row)


@transaction.atomic
def mark_read(*, by: Actor, notification_id: UUID | None = None) -> int:
    """Mark one of one's own notifications, or all of them, as read; how many were not."""
    require(by, "account:write")
    rows = queries.of_person(by.practice_id, by.id)
    if notification_id is not None:
        rows = rows.filter(id=notification_id)
        if not rows.exists():
            raise NotificationNotFound
    count = int(rows.filter(read_at=None).update(read_at=clock.now()))
    record(action="notifications.mark_read", by=by, entity=("user", str(by.id)), after={"count": count})
    return count


@transaction.atomic
def set_preferences(*, wishes: Mapping[str, Mapping[str, bool]], by: Actor) -> None:
    """Choose the channels of kinds: `{kind: {"screen": True, "mail": False}}`; what is not named stays."""
    require(by, "account:write")
    _check_wishes(wishes, by)
    for kind, channels in wishes.items():
        for channel, wanted in channels.items():
            Preference.objects.update_or_create(
                practice_id=by.practice_id, user_id=by.id, kind=kind, channel=channel, defaults={"wanted": wanted}
            )
    told = {kind: dict(channels) for kind, channels in wishes.items()}
    record(action="notifications.set_preferences", by=by, entity=("user", str(by.id)), after=told)


def _check_wishes(wishes: Mapping[str, Mapping[str, bool]], by: Actor) -> None:
    offered = {kind.key: kind for kind in kinds_for(by.roles)}
    wrong: dict[str, list[str]] = {}
    for key, channels in wishes.items():
        if key not in offered or not set(channels) <= set(CHANNELS):
            wrong[key] = [_("You cannot get notifications of this kind, or not this way.")]
        elif offered[key].required and channels.get(SCREEN) is False:
            wrong[key] = [_("This kind cannot be switched off on the screen.")]
        elif channels.get(MAIL) and not mail.is_configured():
            wrong[key] = [_("No mail server is set: ask the operator to set EPIONE_SMTP_URL.")]
    if wrong:
        raise Invalid(wrong)
