"""Pages of the administrator: people of the practice, emergency accesses to review."""

import secrets
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epione.identity.domain.roles import ROLES, TITLES
from epione.identity.models import EmergencyAccess, Membership
from epione.identity.public import signed_in
from epione.identity.queries import people_of, person
from epione.identity.services import (
    approve_member,
    change_roles,
    create_user,
    disable_member,
    renew_password,
    reset_factors,
    review_emergency,
    unlock,
)
from epione.identity.sessions import require_reauthentication
from epione.kernel.errors import Conflict, Invalid, NotFound

from .requests import actor_in, show_refusal

ACTIONS: dict[str, tuple[Callable[..., Any], Any]] = {
    "approve": (approve_member, gettext_lazy("%(name)s may now work in the practice.")),
    "disable": (disable_member, gettext_lazy("The practice is closed to %(name)s; her sessions have ended.")),
    "unlock": (unlock, gettext_lazy("The failures of %(name)s are forgotten.")),
    "reset-mfa": (reset_factors, gettext_lazy("%(name)s will enrol a second factor at her next sign-in.")),
}


def _titles() -> list[tuple[str, str]]:
    language = "en" if get_language() == "en" else "fr"
    return [(role, TITLES[role][language]) for role in ROLES]


class RolesForm(forms.Form):
    """The roles of one person."""

    roles = forms.MultipleChoiceField(label=gettext_lazy("Roles"), choices=_titles, widget=forms.CheckboxSelectMultiple)


class PersonForm(RolesForm):
    """A new person of the practice."""

    field_order = ("first_name", "last_name", "username", "email", "rpps", "roles")
    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=150)
    last_name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    username = forms.CharField(label=gettext_lazy("Identifier"), max_length=150)
    email = forms.EmailField(label=gettext_lazy("E-mail"))
    rpps = forms.CharField(label=gettext_lazy("RPPS number"), max_length=20, required=False)


@signed_in("people:read")
def people(request: HttpRequest) -> HttpResponse:
    """Everybody of the practice, those who wait first."""
    actor = actor_in(request)
    titles = dict(_titles())
    rows = [
        (one, [titles[role] for role in sorted(one.roles) if role in titles]) for one in people_of(actor.practice_id)
    ]
    return render(request, "identity/people.html", {"rows": rows, "me": actor.id})


@signed_in("people:write")
def new_person(request: HttpRequest) -> HttpResponse:
    """Add a person; the password shown once is hers to change."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor, password = actor_in(request), secrets.token_urlsafe(15)
        try:
            made = create_user(practice_id=actor.practice_id, password=password, by=actor, **form.cleaned_data)
        except Invalid as refusal:
            show_refusal(form, refusal)
        except Conflict as refusal:
            form.add_error("username", str(refusal))
        else:
            return render(request, "identity/person_made.html", {"person": made, "password": password}, status=201)
    return render(request, "identity/person_form.html", {"form": form}, status=422 if form.is_bound else 200)


@signed_in("people:write")
def person_roles(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Change what a person is in the practice."""
    actor = actor_in(request)
    member = Membership.objects.of_practice(actor.practice_id).select_related("user").filter(user_id=user_id).first()
    if member is None:
        raise NotFound
    form = RolesForm(request.POST or None, initial={"roles": member.roles})
    if request.method == "POST" and form.is_valid():
        change_roles(user_id=user_id, roles=form.cleaned_data["roles"], by=actor)
        return redirect("identity:people")
    context = {"form": form, "person": person(member)}
    return render(request, "identity/person_roles.html", context, status=422 if form.is_bound else 200)


@require_POST
@signed_in("people:write")
def act_on_person(request: HttpRequest, user_id: UUID, action: str) -> HttpResponse:
    """Approve, disable, unlock, or take the factors of a person away."""
    if action not in ACTIONS:
        raise NotFound
    if action == "reset-mfa":
        require_reauthentication(request, settings.REAUTHENTICATION_SECONDS)
    service, sentence = ACTIONS[action]
    done = service(user_id=user_id, by=actor_in(request))
    messages.success(request, str(sentence) % {"name": done.name})
    return redirect("identity:people")


@require_POST
@signed_in("people:write")
def new_password(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """A new password for somebody who forgot hers, shown once."""
    require_reauthentication(request, settings.REAUTHENTICATION_SECONDS)
    actor = actor_in(request)
    password = renew_password(user_id=user_id, by=actor)
    made = next(one for one in people_of(actor.practice_id) if one.id == user_id)
    return render(request, "identity/person_made.html", {"person": made, "password": password})


@signed_in("emergencies:read")
def emergencies(request: HttpRequest) -> HttpResponse:
    """Emergency accesses, those to review first."""
    rows = EmergencyAccess.objects.of_practice(actor_in(request).practice_id).select_related("user", "reviewed_by")
    context = {
        "waiting": rows.filter(reviewed_at=None).order_by("created_at"),
        "reviewed": rows.exclude(reviewed_at=None).order_by("-created_at")[:100],
        "me": actor_in(request).id,
    }
    return render(request, "identity/emergencies.html", context)


@require_POST
@signed_in("emergencies:write")
def review(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """Say whether an emergency access was justified."""
    verdict = request.POST.get("justified", "")
    if verdict not in {"yes", "no"}:
        raise Invalid({"justified": [_("Say whether the access was justified.")]})
    review_emergency(
        emergency_id=emergency_id,
        justified=verdict == "yes",
        comment=request.POST.get("comment", ""),
        by=actor_in(request),
    )
    return redirect("identity:emergencies")
