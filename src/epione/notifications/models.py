"""Rows of notifications: what they say is sealed, under the patient's key when they concern one."""

from django.db import models
from django.db.models import Q

from epione.kernel.rows import PracticeRow


class Notification(PracticeRow):
    """One notification of one person; those of one sending share `sending_id`.

    `sealed` holds the parameters of its sentence, `key` makes a repeated sending harmless, `on_screen` is what the
    person chose when it was sent, `mail_due` whether a mail was to leave, `mailed_at` when it did.
    """

    user_id = models.UUIDField()
    sending_id = models.UUIDField()
    patient_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=80)
    level = models.CharField(max_length=9)
    sealed = models.BinaryField()
    link = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=120, blank=True)
    on_screen = models.BooleanField(default=True)
    mail_due = models.BooleanField(default=False)
    mailed_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["practice_id", "user_id", "-id"], name="notification_of_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["practice_id", "user_id", "key"], condition=~Q(key=""), name="notification_once_per_key"
            )
        ]


class Preference(PracticeRow):
    """Whether a person wants a kind on a channel."""

    user_id = models.UUIDField()
    kind = models.CharField(max_length=80)
    channel = models.CharField(max_length=6)
    wanted = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice_id", "user_id", "kind", "channel"], name="preference_once")
        ]
