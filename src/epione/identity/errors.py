"""Refusals of identity, each with its sentence."""

from django.utils.translation import gettext_lazy as _

from epione.kernel.errors import Conflict, Expected, Invalid


class NotSignedIn(Expected):
    """Nobody, or a token that is no longer worth anything."""

    status = 401
    code = "not-signed-in"
    sentence = _("Sign in to continue.")


class ReauthenticationRequired(Expected):
    """A sensitive act asks who is there, again."""

    status = 403
    code = "reauthentication-required"
    sentence = _("Confirm that it is you: type your password or use your passkey.")


class UnknownRole(Invalid):
    """A role that the table does not have."""

    code = "unknown-role"
    sentence = _("This role does not exist.")


class AlreadyThere(Conflict):
    """The identifier is taken."""

    code = "already-there"
    sentence = _("This identifier cannot be used.")
