"""Who opened and changed a record, from the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epione.identity.public import allowed, members_of, people_of, signed_in
from epione.ledger.public import AuditEntry, AuditFilter, action_words, entries
from epione.patients import queries, services
from epione.patients.frame import frame_of
from epione.patients.rules import CLINICIANS

from .pages import actor_of

SIZE = 40


@dataclass(frozen=True, slots=True)
class Access:
    """One reading or change of the record; `url` leads to its proof, for those who may audit."""

    entry: AuditEntry
    person: str
    words: str
    url: str


@signed_in("patients:read")
def access(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """Each reading and each change of this record, newest first; to look at the list is recorded too."""
    by = actor_of(request)
    opened = services.open_patient(patient_id=patient_id, by=by)
    asked = request.GET.get("page", "1")
    wanted = int(asked) if asked.isdigit() and len(asked) < 6 else 1
    found = entries(by=by, filters=AuditFilter(patient_id=opened.card.id), page=max(wanted, 1), size=SIZE)
    people = {one.id: one.name or one.username for one in people_of(by.practice_id)}
    team = queries.team_of(by.practice_id, opened.card.id)
    context = frame_of(opened, by, "access") | {
        "members": [(one, one.id in team) for one in members_of(by.practice_id) if one.roles & CLINICIANS],
        "team": team,
        "accesses": _shown(found.items, people, audits=allowed(by, "audit:read")),
        "page": Paginator(range(found.total), SIZE).get_page(wanted),
    }
    return render(request, "patients/access.html", context)


@require_POST
@signed_in("patients:write")
def team(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """Say who follows the patient; nobody ticked opens the record to the whole practice."""
    chosen = [UUID(one) for one in request.POST.getlist("team") if len(one) == 36]
    services.set_care_team(patient_id=patient_id, user_ids=chosen, by=actor_of(request))
    messages.success(request, _("The care team is recorded."))
    return redirect("patients:access", patient_id)


def _shown(found: Sequence[AuditEntry], people: dict[UUID, str], *, audits: bool) -> list[Access]:
    return [
        Access(
            one,
            one.actor_name or people.get(one.actor_id, "") or str(one.actor_id)[:8],
            action_words(one.action),
            reverse("ledger:entry", args=[one.id]) if audits else "",
        )
        for one in found
    ]
