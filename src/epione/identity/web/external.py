"""Sign-in by Pro Santé Connect: there, back, and the choice of an activity."""

from dataclasses import asdict
from typing import NoReturn

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_GET

from epione.identity import sessions
from epione.identity.domain.professions import Activity, roles_for
from epione.identity.errors import ProviderRefused
from epione.identity.models import Membership
from epione.identity.providers import pro_sante_connect
from epione.identity.providers.pro_sante_connect import Attempt, is_configured
from epione.identity.services import member_proven, note
from epione.kernel.errors import NotFound

__all__ = ["callback", "choose_activity", "is_configured", "start"]

ATTEMPT, PENDING = "epione_psc_attempt", "epione_psc_pending"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def start(request: HttpRequest) -> HttpResponse:
    """Send the person to the provider."""
    if not is_configured():
        raise NotFound
    address, attempt = pro_sante_connect.begin(request.build_absolute_uri(resolve_url("identity:psc-callback")))
    request.session[ATTEMPT] = asdict(attempt)
    return redirect(address)


@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Receive the answer; what was remembered serves once, whatever the answer is."""
    if not is_configured():
        raise NotFound
    kept = request.session.pop(ATTEMPT, None)
    try:
        proven = pro_sante_connect.complete(request.GET.dict(), Attempt(**kept) if kept else None)
    except pro_sante_connect.ProviderError as refusal:
        _refuse(refusal.reason)
    member = member_proven(issuer=proven.issuer, subject=proven.subject, rpps=proven.professional.rpps)
    if member is None:
        _refuse("no-account")
    activities = proven.professional.activities
    if len(activities) > 1:
        request.session[PENDING] = {"member": str(member.id), "activities": [asdict(one) for one in activities]}
        return redirect("identity:psc-activity")
    return _enter(request, member, activities[0] if activities else None)


def choose_activity(request: HttpRequest) -> HttpResponse:
    """A person who works in several places says in which one she is now."""
    pending = request.session.get(PENDING)
    if pending is None:
        return redirect(settings.LOGIN_URL)
    activities = [Activity(**one) for one in pending["activities"]]
    chosen = request.POST.get("activity", "")
    if request.method == "POST" and chosen.isdecimal() and int(chosen) < len(activities):
        del request.session[PENDING]
        member = Membership.objects.select_related("user").get(pk=pending["member"], status=Membership.Status.ACTIVE)
        return _enter(request, member, activities[int(chosen)])
    return render(request, "identity/psc_activity.html", {"activities": activities})


def _enter(request: HttpRequest, member: Membership, activity: Activity | None) -> HttpResponse:
    roles = roles_for(frozenset(member.roles), activity)
    if not roles:
        _refuse("no-clinical-role")
    login(request, member.user, backend=BACKEND)
    # The card or its mobile twin is the second factor; what the provider does not vouch for is not carried along.
    request.session["epione_factor"] = True
    request.session[sessions.ROLES] = sorted(roles)
    request.session[sessions.PRACTICE] = str(member.practice_id)
    note("psc_sign_in", user=member.user, structure=activity.structure_id if activity else "")
    return redirect(settings.LOGIN_REDIRECT_URL)


def _refuse(reason: str) -> NoReturn:
    note("psc_refused", user=None, reason=reason)
    raise ProviderRefused(reason=reason)
