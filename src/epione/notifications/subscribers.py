"""What identity announces, told to those who answer for data protection."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from epione.identity.public import GLASS_BROKEN, REVIEW_DUE, members_of, service_actor
from epione.kernel.events import Event, subscribe

from .domain.channels import IMPORTANT, URGENT
from .kinds import Kind, register_kind
from .services import News, notify

REVIEWERS = frozenset({"admin", "auditor"})
"""Who is told of emergency accesses; the auditor's role is also that of the data protection officer."""


def _tell(event: Event, key: str) -> None:
    """Tell the reviewers, except the one who opened the access: nobody reviews her own."""
    opener, emergency = event.payload["user_id"], event.payload["emergency_id"]
    people = members_of(event.practice_id)
    names = {str(one.id): one.name or one.username for one in people}
    news = News(event.name, {"name": names.get(opener, "?")}, reverse("identity:emergencies"), key=f"{key}:{emergency}")
    recipients = [one.id for one in people if one.roles & REVIEWERS and str(one.id) != opener]
    notify(news=news, recipients=recipients, by=service_actor(event.practice_id, "Notifications"))


def glass_broken(event: Event) -> None:
    """An emergency access was opened."""
    _tell(event, "glass")


def review_due(event: Event) -> None:
    """The review of an emergency access is late."""
    _tell(event, "review")


def connect() -> None:
    """Register the kinds and listen, once per process."""
    register_kind(
        Kind(
            GLASS_BROKEN,
            _("Emergency access opened"),
            _("%(name)s opened an emergency access. It must be reviewed within 7 days."),
            level=URGENT,
            required=True,
            roles=REVIEWERS,
        )
    )
    register_kind(
        Kind(
            REVIEW_DUE,
            _("Emergency access to review"),
            _("The emergency access of %(name)s still waits for its review, due within 2 days."),
            level=IMPORTANT,
            required=True,
            roles=REVIEWERS,
        )
    )
    subscribe(GLASS_BROKEN, glass_broken)
    subscribe(REVIEW_DUE, review_due)
