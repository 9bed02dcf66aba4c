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


class WrongCredentials(Expected):
    """Something of the sign-in is wrong; which part is never said."""

    status = 401
    code = "wrong-credentials"
    sentence = _("The identifier, the password or the code (otp) is not right.")


class SessionLocked(Expected):
    """Nobody was there for too long: the session waits for a proof."""

    status = 401
    code = "session-locked"
    sentence = _("Session closed after 15 minutes without activity. Confirm that it is you.")


class SecondFactorRequired(Expected):
    """The role demands a second factor, and the person has none yet."""

    status = 403
    code = "second-factor-required"
    sentence = _("Your role demands a second factor: sign in on the page once to add it.")


class TooManyRequests(Expected):
    """The client has spent its calls for this hour."""

    status = 429
    code = "too-many-requests"
    sentence = _("Too many requests: try again in %(minutes)d minutes.")


class ProviderRefused(Expected):
    """The identity provider did not prove who it is."""

    status = 403
    code = "provider-refused"
    sentence = _("Pro Santé Connect did not confirm who you are, or you have no account here. Sign in another way.")
