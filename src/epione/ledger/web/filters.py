"""The filter of the ledger's page, as its address carries it: ids and dates, never a name."""

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from epione.kernel.actor import Actor
from epione.kernel.clock import PARIS
from epione.ledger.directory import directory
from epione.ledger.public import AuditFilter
from epione.ledger.words import FAMILIES

KINDS = {"reads": True, "changes": False}


class FilterForm(forms.Form):
    """Who, about whom, what, when."""

    is_choice = True

    person = forms.ChoiceField(label=_("Person"), required=False)
    patient = forms.CharField(
        label=_("Patient"),
        required=False,
        max_length=60,
        help_text=_("Record number, as EP-… or the id of the record."),
    )
    family = forms.ChoiceField(label=_("Action"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    kind = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by = by
        people = [(str(person), name) for person, name in directory.people(by)]
        named = sorted(((name, str(words)) for name, words in FAMILIES.items()), key=lambda pair: pair[1])
        choices = {"person": people, "family": named}
        for name, known in choices.items():
            self.fields[name].choices = [("", _("All")), *known]  # type: ignore[attr-defined]

    def clean_patient(self) -> UUID | None:
        """The record of a number or of an id."""
        typed = self.cleaned_data["patient"].strip()
        if not typed:
            return None
        found = _uuid(typed) or directory.find_patient(self.by, typed)
        if found is None:
            raise forms.ValidationError(_("No record has this number."))
        return found

    def filters(self) -> AuditFilter:
        """The filter that a valid form says."""
        values = self.cleaned_data
        family = values["family"]
        return AuditFilter(
            actor_id=_uuid(values["person"]),
            patient_id=values["patient"],
            action=f"{family}." if family else "",
            since=_instant(values["since"]),
            until=_instant(values["until"] + timedelta(days=1)) if values["until"] else None,
            reading=KINDS.get(values["kind"]),
        )


def query_of(data: QueryDict, **changed: str) -> str:
    """The address of the same filter, with some values changed; the page number is left out."""
    kept = {name: data.get(name, "") for name in FilterForm.base_fields} | changed
    return urlencode({name: value for name, value in kept.items() if value})


def _instant(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), PARIS) if day else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
