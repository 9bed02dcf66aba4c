"""Pages on the way in: sign-in, unlock, forms brought back, help."""

import time
from typing import Any
from urllib.parse import urlencode

from allauth.account.views import LoginView, ReauthenticateView
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from epione.identity import sessions
from epione.identity.domain.roles import TITLES
from epione.identity.models import Membership, Practice
from epione.identity.public import signed_in

from .external import is_configured


def _demo_logins() -> list[tuple[str, str, str]]:
    """Identifier, name and roles in words of the people of the demo."""
    language = "en" if get_language() == "en" else "fr"
    rows = Membership.objects.filter(status=Membership.Status.ACTIVE).select_related("user").order_by("created_at")
    return [
        (row.user.username, row.user.get_full_name(), ", ".join(TITLES[role][language] for role in row.roles))
        for row in rows[:12]
    ]


class SignIn(LoginView):  # type: ignore[misc]
    """Identifier and password, or a passkey as an equal."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the page shows besides the form: the practice, the people of the demo, Pro Santé Connect."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        practices = list(Practice.objects.order_by("created_at")[:2])
        context["practice_name"] = practices[0].name if len(practices) == 1 else ""
        context["demo_logins"] = _demo_logins() if settings.DEMO else []
        context["demo_password"] = settings.DEMO_PASSWORD if settings.DEMO else ""
        context["pro_sante_connect"] = is_configured()
        return context


class Confirm(ReauthenticateView):  # type: ignore[misc]
    """Who is there, again: after a quarter of an hour without anybody, or before a sensitive act."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether the session was locked, whether a form waits, whether a passkey may answer."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user = self.request.user
        context["locked"] = sessions.LOCKED in self.request.session
        context["kept"] = sessions.KEPT in self.request.session
        context["next"] = self.request.GET.get("next") or self.request.POST.get("next", "")
        context["has_passkey"] = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()
        return context


@require_GET
def resume(request: HttpRequest) -> HttpResponse:
    """The form that could not be received, ready to be sent again."""
    form = sessions.kept_form(request)
    if form is None:
        return redirect(settings.LOGIN_REDIRECT_URL)
    sessions.forget_form(request)
    return render(request, "identity/resume.html", {"form": form})


@require_GET
@signed_in("account:read")
def here(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- the guard has done what is asked
    """Somebody is at the screen, although the page asks for nothing."""
    return HttpResponse(status=204)


@require_GET
def lock(request: HttpRequest) -> HttpResponse:
    """Close the screen now: whoever comes back confirms who she is."""
    if getattr(request, "actor", None) is not None:
        request.session[sessions.LOCKED] = time.time()
    back = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(f"{resolve_url('account_reauthenticate')}?{urlencode({'next': back if safe else '/'})}")


@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """What to do when one cannot sign in."""
    return render(request, "identity/sign_in_help.html")
