"""The second factor of the first administrator, enrolled at set-up, where there is no page yet."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from django.db import transaction
from django.utils.translation import gettext as _

from epione.identity.models import User
from epione.kernel.errors import Invalid

from .journal import note


def propose_factor(username: str) -> tuple[str, str]:
    """A new secret, and the address that an application of codes reads."""
    secret = generate_totp_secret()
    return secret, get_adapter().build_totp_url(User(username=username), secret)


@transaction.atomic
def enrol_factor(*, username: str, secret: str, code: str) -> list[str]:
    """Keep the factor once its code proves that the telephone has it; answers the recovery codes."""
    user = User.objects.get(username=username)
    if not validate_totp_code(secret, code):
        raise Invalid({"code": [_("This code is not right.")]})
    TOTP.activate(user, secret)
    note("add_factor", user=user, factor=str(Authenticator.Type.TOTP))
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes
