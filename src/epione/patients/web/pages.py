"""Pages of the patient record: list, search, creation, synthesis, timeline, measurements."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from epione.identity.public import signed_in
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.errors import Conflict, Expected, Invalid
from epione.patients import extensions, queries, services
from epione.patients.domain.record import FactKind, Record
from epione.patients.errors import ProbableDuplicate, VersionConflict
from epione.patients.frame import frame_of as frame
from epione.patients.rules import require_clinical

from . import charts
from .forms import IdentityForm

SIZE = 25
MOST_FOUND = 100
"""The newest matches that a search opens: whoever finds more types on."""


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in actor of a page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def show_errors(form: Form, refused: Expected) -> None:
    """Put what a service refused where the person typed it."""
    fields = refused.fields if isinstance(refused, Invalid) else {}
    for name, sentences in fields.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)
    if not fields:
        form.add_error(None, str(refused))


def _page_number(values: QueryDict) -> int:
    text = values.get("page", "1")
    return min(max(int(text), 1), 10_000) if text.isdigit() and len(text) < 6 else 1


@signed_in("patients:read")
def listing(request: HttpRequest) -> HttpResponseBase:
    """The patients: search first, then the latest records."""
    by = actor_of(request)
    found = services.search_patients(text="", by=by, page=_page_number(request.GET), size=SIZE)
    return render(request, "patients/list.html", {"found": found, "today": clock.today(), **_turning(found)})


def _turning(found: queries.Page) -> dict[str, Any]:
    last = max((found.total - 1) // found.size + 1, 1)
    return {
        "previous": found.page - 1 if found.page > 1 else None,
        "next": found.page + 1 if found.page < last else None,
        "last": last,
    }


@signed_in("patients:read")
def results(request: HttpRequest) -> HttpResponseBase:
    """What a search finds; sent in the body so that no name stands in an address."""
    text = request.POST.get("q", "")[:200]
    found = services.search_patients(text=text, by=actor_of(request), page=_page_number(request.POST), size=SIZE)
    full, seen = len(found.cards) == found.size, found.page * found.size
    context = {
        "found": found,
        "text": text,
        "today": clock.today(),
        "words": text.split(),
        "more": found.page + 1 if full and seen < min(found.total, MOST_FOUND) else None,
        "too_many": found.total > MOST_FOUND,
    }
    if request.headers.get("HX-Request"):
        return render(request, "patients/results.html", context)
    return render(request, "patients/list.html", context)


@signed_in("patients:write")
def new(request: HttpRequest) -> HttpResponseBase:
    """Open a record; probable duplicates are shown before anything is saved."""
    by = actor_of(request)
    form = IdentityForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            card = services.create_patient(
                identity=form.identity(), by=by, confirmed_distinct="distinct" in request.POST
            )
        except ProbableDuplicate as twins:
            ids = [UUID(text) for text in twins.facts["candidates"]]
            context["twins"] = list(queries.cards(by.practice_id, ids).values())
        except Expected as refused:
            show_errors(form, refused)
        else:
            messages.success(request, _("The record is open."))
            return redirect("patients:record", card.id)
    return render(request, "patients/new.html", context, status=200 if request.method == "GET" else 422)


def _timeline(record: Record, by: Actor) -> list[extensions.TimelineItem]:
    items = [item for source in extensions.timelines for item in source(by, record.card.id)]
    return sorted(items, key=lambda item: str(item.when), reverse=True)


@signed_in("patients:read")
def record(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """The synthesis of a record: problems, the chart that matters, latest results, timeline."""
    by = actor_of(request)
    opened = services.open_patient(patient_id=patient_id, by=by)
    context = frame(opened, by, "record") | {
        "problems": opened.of(FactKind.PROBLEM),
        "allergies": opened.of(FactKind.ALLERGY),
        "latest": charts.latest_rows(opened),
        "renal": charts.renal_chart(opened, by),
        "timeline": _timeline(opened, by)[:8],
    }
    return render(request, "patients/record.html", context)


@signed_in("patients:read")
def timeline(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """Everything that happened, newest first."""
    by = actor_of(request)
    opened = services.open_patient(patient_id=patient_id, by=by)
    return render(
        request, "patients/timeline.html", frame(opened, by, "timeline") | {"timeline": _timeline(opened, by)}
    )


@signed_in("patients:read")
def measurements(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """All measurements with their evolution."""
    by = actor_of(request)
    require_clinical(by, patient_id)
    opened = services.open_patient(patient_id=patient_id, by=by)
    context = frame(opened, by, "measurements") | {
        "rows": charts.latest_rows(opened),
        "facts": opened.of(FactKind.OBSERVATION),
    }
    return render(request, "patients/measurements.html", context)


@signed_in("patients:write")
def identity(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """Read and correct the identity; a change made meanwhile is shown beside what was typed."""
    by = actor_of(request)
    opened = services.open_patient(patient_id=patient_id, by=by)
    before = opened.card.identity
    form = IdentityForm(request.POST or None, initial={**before.to_dict(), "birth_date": before.birth_date})
    context = frame(opened, by, "identity") | {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            seen = int(request.POST.get("version", "0"))
            services.update_identity(patient_id=patient_id, identity=form.identity(before), version=seen, by=by)
        except VersionConflict:
            context["conflict"] = charts.differences(before, form.identity(before))
        except (Invalid, Conflict) as refused:
            show_errors(form, refused)
        else:
            messages.success(request, _("The identity is saved."))
            return redirect("patients:record", patient_id)
    return render(request, "patients/identity.html", context, status=200 if request.method == "GET" else 422)
