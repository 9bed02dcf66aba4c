"""Lists of examinations: those of the practice, those of a patient."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from epione.identity.public import allowed, signed_in
from epione.imaging import queries, services
from epione.imaging.models import StudyState
from epione.imaging.rules import WRITE
from epione.kernel.actor import Actor
from epione.patients.public import cards, closed_to, frame_of, open_patient

from .asked import actor_of, filter_of, whole
from .words import modality_words, state_words

SIZE = 30
LAST_PAGE = 100_000


@signed_in("imaging:read")
def listing(request: HttpRequest) -> HttpResponseBase:
    """The examinations of the practice, newest first."""
    by = actor_of(request)
    wanted = filter_of(request.GET)
    number = max(whole(request.GET.get("page"), 1, LAST_PAGE), 1)
    found, total = services.list_studies(wanted=wanted, by=by, page=number, size=SIZE)
    context = _shown(found, by) | {
        "total": total,
        "page": Paginator(range(total), SIZE).get_page(number),
        "wanted": wanted,
        "filtered": wanted != queries.StudyFilter(),
        "modalities": [(code, modality_words(code)) for code in queries.modalities(by.practice_id)],
        "states": [(code, state_words(code)) for code in StudyState.values],
        "may_send": allowed(by, WRITE),
    }
    if allowed(by, WRITE):
        context["waiting"] = queries.waiting(by.practice_id, closed_to(by)).count()
        context["refused"] = queries.refusals(by.practice_id).count()
    return render(request, "imaging/list.html", context)


@signed_in("imaging:read")
def of_patient(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """The examinations of one patient, inside the open record."""
    by = actor_of(request)
    record = open_patient(patient_id=patient_id, by=by)
    wanted = queries.StudyFilter(patient_id=record.card.id)
    found, total = services.list_studies(wanted=wanted, by=by, size=200)
    context = frame_of(record, by, "imaging") | _shown(queries.by_date(found), by)
    context |= {"total": total, "may_send": allowed(by, WRITE)}
    return render(request, "imaging/patient.html", context)


def _shown(found: list[queries.StudyRow], by: Actor) -> dict[str, Any]:
    people = cards(by.practice_id, [row.patient_id for row in found if row.patient_id])
    previews = queries.previews(by.practice_id, [row.id for row in found])
    return {
        "lines": [
            {
                "study": row,
                "person": people[row.patient_id].identity.display if row.patient_id in people else "",
                "preview": previews.get(row.id),
                "modalities": ", ".join(row.modalities),
                "title": row.description or _("Examination without a description"),
                "state": state_words(row.state),
            }
            for row in found
        ]
    }
