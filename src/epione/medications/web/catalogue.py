"""The state of the catalogue: each table with its source, date, age and licence; the import of a newer one."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from epione.identity.public import allowed, signed_in
from epione.kernel.actor import Actor
from epione.kernel.errors import Expected
from epione.kernel.kit.formats import number
from epione.kernel.kit.parts import highlighted
from epione.kernel.kit.search import Hit as FoundHit
from epione.medications.domain.reading import MAX_BYTES
from epione.medications.domain.tables import TABLES as IMPORTED
from epione.medications.public import (
    ImportReport,
    catalogue_ages,
    import_table,
    import_thesaurus,
    search_medications,
)

from .words import STATUSES, TABLES

MOST = 8
OPINIONS = {"smr", "asmr"}


class ImportForm(forms.Form):
    """A newer table."""

    table = forms.ChoiceField(label=_("Table"), choices=[(name, TABLES[name]) for name in [*IMPORTED, "ansm"]])
    file = forms.FileField(label=_("File"), help_text=_("The official file as downloaded, or one of the pack."))
    edition = forms.DateField(
        label=_("Date of its content"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_file(self) -> Any:
        """A file that is not larger than any table can be."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("This file is too large to be a table of the catalogue."))
        return file


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in actor of a page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@signed_in("medications:read")
def status(request: HttpRequest) -> HttpResponseBase:
    """The editions in use."""
    return _status(request, ImportForm())


def _status(request: HttpRequest, form: ImportForm, code: int = 200) -> HttpResponseBase:
    ages = catalogue_ages()
    context = {
        "rows": [(age, TABLES.get(age.edition.table, age.edition.table)) for age in ages],
        "old": [TABLES.get(age.edition.table, age.edition.table) for age in ages if age.old],
        "form": form if allowed(actor_of(request), "medications:write") else None,
    }
    return render(request, "medications/catalogue.html", context, status=code)


@require_POST
@signed_in("medications:write")
def import_file(request: HttpRequest) -> HttpResponseBase:
    """Import one table, whole or not at all."""
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _status(request, form, 422)
    values = form.cleaned_data
    given = {"content": values["file"].read(), "file_name": values["file"].name, "by": actor_of(request)}
    edition = values["edition"].isoformat() if values["edition"] else None
    try:
        if values["table"] == "ansm":
            read = import_thesaurus(**given, edition=edition)
            said = __("%(n)s interactions imported.") % {"n": number(read.interactions)}
        else:
            said = _report(import_table(kind=values["table"], **given, edition=edition))
    except Expected as refused:
        form.add_error("file", str(refused))
        return _status(request, form, refused.status)
    messages.success(request, said)
    return redirect("medications:catalogue")


def _report(report: ImportReport) -> str:
    if report.unchanged:
        return __("This very file was imported before: nothing changes.")
    counts = {"added": number(report.added), "changed": number(report.changed), "ended": number(report.ended)}
    return __("Imported: %(added)s rows added, %(changed)s changed, %(ended)s ended.") % counts


def panel(actor: Actor) -> dict[str, Any] | None:
    """The ages of the catalogue for the home page: administrators always see them, others when a table is old."""
    ages = catalogue_ages()
    if not any(age.old for age in ages) and "admin" not in actor.roles:
        return None
    # The opinions of the HAS age on their own: an old one must not make the register itself look old.
    register = [age for age in ages if age.edition.table in IMPORTED.keys() - OPINIONS]
    opinions = [age for age in ages if age.edition.table in OPINIONS]
    thesaurus = [age for age in ages if age.edition.table == "interactions"]
    named = (
        (__("Public register"), register),
        (__("HAS opinions"), opinions),
        (__("ANSM thesaurus"), thesaurus),
    )
    sources = [(label, max(own, key=lambda age: age.days), any(age.old for age in own)) for label, own in named if own]
    return {"sources": sources}


def find(actor: Actor, text: str) -> Sequence[FoundHit]:
    """Medicines for the one search field."""
    del actor  # the catalogue is the same for everybody
    return [
        FoundHit(
            highlighted(hit.drug.name, text),
            reverse("medications:sheet", args=[hit.drug.cis]),
            str(STATUSES[hit.drug.status]),
        )
        for hit in search_medications(text, MOST)
        if hit.drug.cis
    ]
