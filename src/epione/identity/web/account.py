"""My account: second factors, devices, practice; breaking the glass."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from epione.identity import sessions
from epione.identity.models import Membership
from epione.identity.public import signed_in
from epione.identity.services import break_glass, close_emergency, note
from epione.kernel.errors import Invalid, NotFound

from .requests import actor_in, show_refusal, user_in


@signed_in("account:read")
def account(request: HttpRequest) -> HttpResponse:
    """My factors, my devices, my practices."""
    user = user_in(request)
    sessions_of = UserSession.objects.purge_and_list(user)
    context = {
        "devices": sorted(sessions_of, key=lambda one: one.last_seen_at, reverse=True),
        "current_session": request.session.session_key,
        "factors": Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES),
        "memberships": Membership.objects.filter(user=user, status="active").select_related("practice"),
    }
    return render(request, "identity/account.html", context)


@require_POST
@signed_in("account:write")
def end_device(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign one of my devices out."""
    user = user_in(request)
    device = UserSession.objects.filter(user=user, pk=session_id).first()
    if device is None:
        raise NotFound
    device.end()
    note("end_session", user=user, by=actor_in(request), agent=device.user_agent)
    return redirect("identity:account")


@require_POST
@signed_in("account:write")
def choose_practice(request: HttpRequest) -> HttpResponse:
    """Work in another of my practices."""
    chosen = request.POST.get("practice", "")
    rows = Membership.objects.filter(user=user_in(request), status="active")
    if chosen not in {str(row.practice_id) for row in rows}:
        raise NotFound
    request.session[sessions.PRACTICE] = chosen
    return redirect(settings.LOGIN_REDIRECT_URL)


def second_factor(request: HttpRequest) -> HttpResponse:
    """The page that asks for a second factor before anything else opens."""
    if getattr(request, "actor", None) is None:
        return redirect(settings.LOGIN_URL)
    return render(request, "identity/second_factor.html")


class EmergencyForm(forms.Form):
    """Why the record must be opened now."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One sentence. It is kept and reviewed."),
    )


@signed_in("account:write")
def emergency(request: HttpRequest) -> HttpResponse:
    """Ask for an emergency access: reason, proof, one hour."""
    form = EmergencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sessions.require_reauthentication(request)
        try:
            break_glass(reason=form.cleaned_data["reason"], by=actor_in(request))
        except Invalid as refusal:
            show_refusal(form, refusal)
        else:
            messages.warning(request, _("The emergency access is open for one hour. Each reading is recorded."))
            return redirect(settings.LOGIN_REDIRECT_URL)
    status = 422 if form.is_bound else 200
    return render(
        request, "identity/emergency.html", {"form": form, "minutes": settings.BREAK_GLASS_MINUTES}, status=status
    )


@require_POST
@signed_in("account:write")
def end_emergency(request: HttpRequest) -> HttpResponse:
    """Close my emergency access before its hour."""
    close_emergency(by=actor_in(request))
    return redirect(settings.LOGIN_REDIRECT_URL)
