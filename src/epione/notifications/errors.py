"""What can be refused about notifications."""

from django.utils.translation import gettext_lazy as _

from epione.kernel.errors import Invalid, NotFound


class NotificationNotFound(NotFound):
    """No such notification for this person."""

    code = "notification-not-found"
    sentence = _("This notification was not found.")


class UnknownRecipients(Invalid):
    """Somebody named is not an active member of the practice."""

    code = "unknown-recipients"
    sentence = _("Some recipients are not active members of the practice: choose among its people.")


class MailRefused(Exception):
    """The mail server did not take the mail: no expected refusal, so that the job tries again."""
