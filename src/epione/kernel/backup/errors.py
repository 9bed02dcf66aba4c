"""What can go wrong with a backup."""

from django.utils.translation import gettext_lazy as _

from epione.kernel.errors import Expected


class BackupRefused(Expected):
    """A backup that cannot be read, is not whole, or has no place to go to."""

    status = 409
    code = "backup-refused"
    sentence = _("This backup cannot be used: %(why)s")
