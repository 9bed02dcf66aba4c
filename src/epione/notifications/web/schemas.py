"""What the API of notifications says and hears."""

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema

from epione.notifications.domain.channels import MAIL, SCREEN, Choice
from epione.notifications.kinds import Kind
from epione.notifications.queries import NotificationView


class Sending(Schema):
    """Words for people of the practice, named one by one (`user_ids`) or by role (`roles`)."""

    text: str = Field(min_length=1, max_length=2000)
    user_ids: list[UUID] = Field(default_factory=list, max_length=500)
    roles: list[str] = Field(default_factory=list, max_length=20)
    level: str = Field("info", description="info, important or urgent.")
    link: str = Field("", max_length=300, description="An address of Epione, from its slash.")


class SendingMade(Schema):
    """How many people were told, and how many of them by mail as well."""

    id: UUID
    recipients: int
    mails: int


class NotificationOut(Schema):
    """One notification; `read_at` is null while it is unread."""

    id: UUID
    kind: str
    level: str
    text: str
    link: str
    created_at: datetime
    read_at: datetime | None

    @classmethod
    def of(cls, view: NotificationView) -> "NotificationOut":
        """The view as the API says it."""
        return cls(
            id=view.id,
            kind=view.kind,
            level=view.level,
            text=view.text,
            link=view.link,
            created_at=view.created_at,
            read_at=view.read_at,
        )


class History(Schema):
    """A page of one's own notifications, newest first."""

    items: list[NotificationOut]
    total: int
    unread: int
    page: int
    size: int


class Wish(Schema):
    """Channels of one kind; what is left out stays as it is."""

    kind: str = Field(max_length=80)
    screen: bool | None = None
    mail: bool | None = None

    def channels(self) -> dict[str, bool]:
        """The channels that are named, with what is wanted of them."""
        named = {SCREEN: self.screen, MAIL: self.mail}
        return {channel: wanted for channel, wanted in named.items() if wanted is not None}


class Wishes(Schema):
    """Channels of several kinds."""

    preferences: list[Wish] = Field(max_length=100)


class PreferenceOut(Schema):
    """What a person hears of a kind; a `required` one stays on the screen."""

    kind: str
    label: str
    screen: bool
    mail: bool
    required: bool

    @classmethod
    def of(cls, kind: Kind, choice: Choice) -> "PreferenceOut":
        """The choice as the API says it."""
        return cls(kind=kind.key, label=str(kind.label), screen=choice.screen, mail=choice.mail, required=kind.required)


class Preferences(Schema):
    """Every kind that the caller may get; `mail_available` is false while no mail server is set."""

    preferences: list[PreferenceOut]
    mail_available: bool
