"""A whole list at once: pasted or as a CSV, resolved line by line, each shown before anything is kept."""

import json
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from epione.identity.public import signed_in
from epione.kernel.errors import Expected, Invalid
from epione.patients.public import require_clinical
from epione.prescriptions import services
from epione.prescriptions.csv_file import MOST_LINES, decoded, read_lines
from epione.prescriptions.domain.line import LineContent
from epione.prescriptions.domain.posology import parse_posology
from epione.prescriptions.proposals import AS_WRITTEN, Proposed, chosen, propose, split_line

from . import shown
from .forms import PasteForm
from .lines import show_errors
from .pages import by_of, frame


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list as it will be kept, for the person to confirm."""

    number: int
    proposed: Proposed
    words: str
    unread: str
    ignored: str
    chosen: str

    @property
    def key(self) -> str:
        """Its number, as the form's fields carry it."""
        return str(self.number)

    @property
    def content(self) -> LineContent:
        """The line."""
        return self.proposed.content


def _from_text(text: str) -> list[LineContent]:
    rows = [line for line in text.splitlines() if line.strip()]
    if len(rows) > MOST_LINES:
        raise Invalid({"text": [_("More than %(most)s lines: is this one patient?") % {"most": MOST_LINES}]})
    parts = [split_line(row) for row in rows]
    return [LineContent(written=name, posology=posology) for name, posology in parts if name]


def _contents(form: PasteForm) -> list[LineContent]:
    upload = form.cleaned_data["file"]
    contents = read_lines(decoded(upload.read(6 * 1024 * 1024))) if upload else _from_text(form.cleaned_data["text"])
    if not contents:
        raise Invalid({"text": [_("Paste the list, or choose a file.")]})
    return contents


def _item(number: int, content: LineContent, choice: str | None = None) -> Item:
    proposed = propose(content)
    read = parse_posology(content.posology)
    value = proposed.value if choice is None else choice
    return Item(number, proposed, shown.reading_words(read), read.unread, read.ignored, value)


def _again(posted: QueryDict) -> list[tuple[LineContent, str]]:
    """The lines that the person kept, with what was chosen for each."""
    kept = []
    for number in range(min(int(str(posted["count"])), MOST_LINES)):
        if f"keep-{number}" in posted:
            values = json.loads(str(posted[f"line-{number}"]))
            choice = posted.get(f"choice-{number}", "")
            posology = posted.get(f"posology-{number}", "").strip()
            kept.append((replace(LineContent.from_dict(values), posology=posology), choice))
    return kept


@signed_in("prescriptions:write")
def paste(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """Paste a list or send a CSV, confirm each line, keep them together."""
    by = by_of(request)
    require_clinical(by, patient_id)
    context: dict[str, Any] = {"as_written": AS_WRITTEN}
    if request.method == "POST" and "count" in request.POST:
        return _confirm(request, patient_id)
    form = PasteForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            items = [_item(number, content) for number, content in enumerate(_contents(form))]
        except Invalid as refused:
            show_errors(form, refused)
        else:
            context |= _listed(items)
            return render(request, "prescriptions/confirm.html", frame(by, patient_id) | context)
    context |= frame(by, patient_id) | {"form": form}
    return render(request, "prescriptions/paste.html", context, status=200 if request.method == "GET" else 422)


def _listed(items: list[Item]) -> dict[str, Any]:
    packed = [(item, json.dumps(item.content.to_dict())) for item in items]
    return {"items": packed, "count": len(items), "unsure": sum(not item.proposed.sure for item in items),
            "as_written": AS_WRITTEN}  # fmt: skip


def _confirm(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    by = by_of(request)
    try:
        kept = _again(request.POST)
    except (KeyError, ValueError, TypeError):
        messages.error(request, _("This list could not be read again: paste it once more."))
        return redirect("prescriptions:paste", patient_id)
    contents = [chosen(content, choice) if choice else content for content, choice in kept]
    unread = [content for content in contents if content.posology and content.read.unread]
    undecided = [choice for _content, choice in kept if not choice]
    context = frame(by, patient_id)
    if not contents or unread or undecided:
        context |= _listed([_item(n, content, choice) for n, (content, choice) in enumerate(kept)]) | {"again": True}
        return render(request, "prescriptions/confirm.html", context, status=422)
    try:
        services.add_lines(patient_id=patient_id, contents=contents, by=by)
    except Expected as refused:
        context |= _listed([_item(n, content, choice) for n, (content, choice) in enumerate(kept)])
        return render(request, "prescriptions/confirm.html", context | {"refused": str(refused)}, status=422)
    said = ngettext("%(n)s medicine is added.", "%(n)s medicines are added.", len(contents)) % {"n": len(contents)}
    messages.success(request, said)
    return redirect("prescriptions:treatment", patient_id)
