"""What can go wrong between a sealed value and its reader."""

from django.utils.translation import gettext_lazy as _

from epione.kernel.errors import Expected


class Tampered(Exception):
    """A sealed value was changed, cut, or moved from the place it was sealed for."""


class Erased(Expected):
    """The keys of this person were destroyed: nothing about them can be read or written again."""

    status = 410
    code = "erased"
    sentence = _("This record was erased for good.")


class KeysUnavailable(Expected):
    """The key-encryption key cannot be reached, or is not the one that wrapped the data keys."""

    status = 503
    code = "keys-unavailable"
    sentence = _("The encryption keys cannot be reached: %(why)s")
