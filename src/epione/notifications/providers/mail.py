"""Mail that says only that something waits: never who, never what."""

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override


def is_configured() -> bool:
    """Whether the operator named a mail server (`EPIONE_SMTP_URL`)."""
    return bool(settings.MAIL_CONFIGURED)


def send_notice(address: str) -> bool:
    """Tell somebody that a notification waits, with the way to it; False when the server did not take the mail."""
    with override(settings.LANGUAGE_CODE):
        message = EmailMessage(_("You have a notification in Epione"), _text(), settings.DEFAULT_FROM_EMAIL, [address])
    try:
        return message.send() == 1
    except (SMTPException, OSError):
        return False


def _text() -> str:
    link = settings.PUBLIC_URL.rstrip("/") + reverse("notifications:list") if settings.PUBLIC_URL else ""
    return "\n\n".join(filter(None, (_("You have a notification in Epione. Sign in to read it."), link))) + "\n"
