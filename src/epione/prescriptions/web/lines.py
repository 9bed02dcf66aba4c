"""One line of a treatment: added, changed, stopped, removed, put back, its history."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epione.identity.public import signed_in
from epione.kernel import clock
from epione.kernel.errors import Expected, Invalid
from epione.kernel.kit.toasts import toast
from epione.patients.public import require_clinical
from epione.prescriptions import queries, services
from epione.prescriptions.domain.line import LineContent
from epione.prescriptions.errors import LineChanged
from epione.prescriptions.proposals import AS_WRITTEN, Proposed, chosen, duplicates_with, label_of, propose

from . import shown
from .forms import LineForm, StopForm, initial_of
from .pages import by_of, frame, list_or_page

_FIELDS = {"written": "drug", "dose_value": "posology", "dose_unit": "posology", "per_day": "posology", "on": "dates"}


def show_errors(form: Form, refused: Expected) -> None:
    """Put what a service refused where the person typed it."""
    fields = refused.fields if isinstance(refused, Invalid) else {}
    for name, sentences in fields.items():
        field = _FIELDS.get(name, name)
        for sentence in sentences:
            form.add_error(field if field in form.fields else None, sentence)
    if not fields:
        form.add_error(None, str(refused))


@dataclass(slots=True)
class _Typed:
    """What a submitted form asks before it is kept: a medicine to choose, a duplicate to confirm."""

    content: LineContent
    proposed: Proposed | None = None
    duplicates: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        return self.proposed is None and not self.duplicates


def _typed(request: HttpRequest, form: LineForm, patient_id: UUID, before: queries.LineView | None) -> _Typed:
    by = by_of(request)
    content = form.content(before.content if before else None)
    # A choice made for another text is void: what is typed now wins.
    choice = request.POST.get("choice", "") if request.POST.get("choice_for", "") == content.written else ""
    if choice:
        content = chosen(content, "" if choice == AS_WRITTEN else choice)
    elif content.written and not (content.cis or content.inn):
        proposed = propose(content)
        if not proposed.sure:
            return _Typed(content, proposed)
        content = proposed.content
    if "twice" in request.POST:
        return _Typed(content)
    current = queries.treatment_of(by.practice_id, patient_id).current()
    others = [view.line for view in current if before is None or view.id != before.id]
    same_drug = before and (before.content.cis, before.content.inn) == (content.cis, content.inn)
    found = [] if same_drug else duplicates_with(others, content)
    return _Typed(content, None, tuple(shown.duplicate_words(found)))


def _form_context(form: LineForm, request: HttpRequest, text: str) -> dict[str, Any]:
    return {
        "form": form,
        "drug_text": request.POST.get("drug_text", text),
        "as_written": AS_WRITTEN,
        "choice": request.POST.get("choice", ""),
    }


@signed_in("prescriptions:write")
def add(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """Add a line; an unknown medicine is asked about, a duplicate is shown, nothing typed is lost."""
    by = by_of(request)
    require_clinical(by, patient_id)
    form = LineForm(request.POST or None)
    context = _form_context(form, request, "")
    if request.method == "POST" and form.is_valid():
        typed = _typed(request, form, patient_id, None)
        context |= {"typed": typed}
        if typed.settled:
            try:
                services.add_lines(patient_id=patient_id, contents=[typed.content], by=by)
            except Expected as refused:
                show_errors(form, refused)
            else:
                messages.success(request, _("%(name)s is added.") % {"name": typed.content.written})
                again = "again" in request.POST
                return redirect("prescriptions:add" if again else "prescriptions:treatment", patient_id)
    context |= frame(by, patient_id) | {"title": _("Add a medicine"), "adding": True}
    return render(request, "prescriptions/line.html", context, status=200 if request.method == "GET" else 422)


@signed_in("prescriptions:write")
def change(request: HttpRequest, line_id: UUID) -> HttpResponseBase:
    """A new version of a line; when somebody changed it meanwhile, both versions are shown."""
    by = by_of(request)
    view = services.open_line(line_id=line_id, by=by)
    patient_id = view.patient_id
    form = LineForm(request.POST or None, initial=initial_of(view.content), route=view.content.route)
    name = (label_of(f"cis:{view.content.cis}") if view.content.cis else "") or view.content.written
    context = _form_context(form, request, name) | {"version": view.version_id, "view": view}
    status = 200 if request.method == "GET" else 422
    if request.method == "POST" and form.is_valid():
        typed = _typed(request, form, patient_id, view)
        context |= {"typed": typed}
        if typed.settled:
            try:
                services.change_line(line_id=line_id, content=typed.content, by=by, seen=_seen(request))
            except LineChanged:
                status = 409
                context["conflict"] = shown.differences(view.content, typed.content)
            except Expected as refused:
                show_errors(form, refused)
            else:
                messages.success(request, _("%(name)s is changed.") % {"name": typed.content.written})
                return redirect("prescriptions:treatment", patient_id)
    context |= frame(by, patient_id) | {"title": _("Change %(name)s") % {"name": name}}
    return render(request, "prescriptions/line.html", context, status=status)


def _seen(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("version", ""))
    except ValueError:
        return None


@require_POST
@signed_in("prescriptions:write")
def stop(request: HttpRequest, line_id: UUID) -> HttpResponseBase:
    """End a line on a day, today by default."""
    by = by_of(request)
    view = services.open_line(line_id=line_id, by=by)
    patient_id = view.patient_id
    form = StopForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This date cannot be read: write it as 25/12/2026."))
        return redirect("prescriptions:treatment", patient_id)
    try:
        services.stop_line(line_id=line_id, on=form.day(clock.today()), by=by, seen=_seen(request))
    except Expected as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(name)s is stopped.") % {"name": view.content.written})
    return list_or_page(request, patient_id)


@require_POST
@signed_in("prescriptions:write")
def remove(request: HttpRequest, line_id: UUID) -> HttpResponseBase:
    """Take away a line entered by mistake; it can be put back."""
    by = by_of(request)
    view = services.open_line(line_id=line_id, by=by)
    patient_id = view.patient_id
    services.remove_line(line_id=line_id, by=by, seen=_seen(request))
    said = _("%(name)s is removed.") % {"name": view.content.written}
    if not request.headers.get("HX-Request"):
        messages.success(request, said)
    return toast(list_or_page(request, patient_id), said, reverse("prescriptions:restore", args=[line_id]))


@require_POST
@signed_in("prescriptions:write")
def restore(request: HttpRequest, line_id: UUID) -> HttpResponseBase:
    """Put back a line that was removed."""
    by = by_of(request)
    view = services.restore_line(line_id=line_id, by=by)
    messages.success(request, _("%(name)s is back in the treatment.") % {"name": view.content.written})
    response = redirect("prescriptions:treatment", view.patient_id)
    if request.headers.get("HX-Request"):
        response.status_code = 204
        response["HX-Redirect"] = response["Location"]
    return response


@signed_in("prescriptions:read")
def history(request: HttpRequest, line_id: UUID) -> HttpResponseBase:
    """Every version of a line, newest first, each with what it changed."""
    by = by_of(request)
    versions = services.open_history(line_id=line_id, by=by)
    formers = [*versions[1:], None]
    steps = [
        {"view": view, "intake": shown.intake_words(view),
         "changes": shown.differences(former.content, view.content) if former else []}
        for view, former in zip(versions, formers, strict=True)
    ]  # fmt: skip
    context = frame(by, versions[0].patient_id) | {
        "steps": steps,
        "name": versions[0].content.written,
        "line_id": line_id,
    }
    return render(request, "prescriptions/history.html", context)
