"""allauth's adapters: what we change of its behaviour, and nothing else."""

import base64
import time
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from epione.identity.models import Membership, User
from epione.kernel.crypto import Place, seal_text, unseal_text

_SILENT = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}
_INSTALLATION = UUID(int=0)
_FACTOR = Place(practice_id=_INSTALLATION, subject_id=None, table="mfa_authenticator", row=_INSTALLATION, column="data")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator or through the API, never by a sign-up page."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The identifier or the password is not right."),
        "username_password_mismatch": _("The identifier or the password is not right."),
        "incorrect_password": _("This password is not right."),
        "too_many_login_attempts": _("Too many failures. Try again in a quarter of an hour."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: see `identity.services.register`."""
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *rest: Any, **named: Any
    ) -> None:
        """Say what the person could not see by herself; that she is signed in, she sees."""
        if message_template not in _SILENT:
            super().add_message(request, level, message_template, *rest, **named)

    def pre_login(self, request: HttpRequest, user: User, **rest: Any) -> HttpResponse | None:
        """A person whom no practice has accepted yet is told so, and goes no further."""
        if not Membership.objects.filter(user=user, status=Membership.Status.ACTIVE).exists():
            return redirect("account_inactive")
        response: HttpResponse | None = super().pre_login(request, user, **rest)
        return response

    def is_reauthentication_required(self, *, app: str, **rest: Any) -> bool:
        """Not within minutes of signing in, so that the first factor is enrolled in one go."""
        request = self.request
        records = get_authentication_records(request, request.user)
        recent = any(time.time() - record["at"] < settings.REAUTHENTICATION_SECONDS for record in records)
        return not recent and bool(super().is_reauthentication_required(app=app, **rest))


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets are sealed in the database, under a key of the installation."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": _("This code is not right.")}

    def encrypt(self, text: str) -> str:
        """Seal the secret of a factor."""
        return base64.b64encode(seal_text(_FACTOR, text)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open the secret of a factor."""
        return unseal_text(_FACTOR, base64.b64decode(encrypted_text))

    def _get_site_name(self) -> str:
        return "Epione"


class ProviderAdapter(DefaultOIDCAdapter):  # type: ignore[misc]
    """Epione as OpenID provider: one scope of our own gives a program the rights of the person who agrees."""

    scope_display = {
        **DefaultOIDCAdapter.scope_display,
        "epione": _("Act in Epione with your rights"),
    }
