"""Forms of the treatment pages."""

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from epione.kernel.errors import Invalid
from epione.prescriptions.domain.dispensing import (
    MOST_BOXES,
    MOST_DAYS,
    MOST_QUANTITY,
    DispensedBy,
    DispensingContent,
    UnreadableDate,
    read_dates,
)
from epione.prescriptions.domain.line import LineContent, Source
from epione.prescriptions.proposals import chosen

ROUTES = [
    ("", _("As the product says")),
    ("orale", _("Oral")),
    ("cutanée", _("On the skin")),
    ("ophtalmique", _("Eye")),
    ("inhalée", _("Inhaled")),
    ("sous-cutanée", _("Subcutaneous")),
    ("intramusculaire", _("Intramuscular")),
    ("intraveineuse", _("Intravenous")),
    ("transdermique", _("Transdermal")),
    ("rectale", _("Rectal")),
    ("sublinguale", _("Sublingual")),
    ("nasale", _("Nasal")),
    ("auriculaire", _("Ear")),
    ("vaginale", _("Vaginal")),
]
SOURCES = [
    (Source.PRESCRIBED.value, _("Prescribed")),
    (Source.DISPENSED.value, _("Dispensed")),
    (Source.SELF.value, _("Self-medication")),
]
DISPENSERS = [
    (DispensedBy.HERE.value, _("This pharmacy")),
    (DispensedBy.ELSEWHERE.value, _("Another pharmacy")),
    (DispensedBy.PATIENT.value, _("Told by the patient")),
    (DispensedBy.FILE.value, _("Imported")),
]
DAYS_KNOWN = _("The number of days became known.")
PRN = [("", _("Not said")), ("yes", _("Yes, as needed")), ("no", _("No, every time"))]


class DateField(forms.DateField):
    """A date as French people type it, or as a date picker sends it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"], required=False, **options)
        self.widget = forms.DateInput(attrs={"placeholder": _("dd/mm/yyyy"), "inputmode": "numeric"}, format="%d/%m/%Y")
        self.widget.is_required = False


class LineForm(forms.Form):
    """One line; `drug` is the medicine chosen in the list, `drug_text` what was typed."""

    drug = forms.CharField(label=_("Medicine"), max_length=200, required=False,
                           help_text=_("Brand, substance, strength or code."))  # fmt: skip
    posology = forms.CharField(label=_("Posology"), max_length=200, required=False,
                               help_text=_("1-0-1, 1 tablet morning and evening, as needed…"))  # fmt: skip
    indication = forms.CharField(label=_("Indication"), max_length=200, required=False)
    start = DateField(label=_("Since"))
    end = DateField(label=_("Until"))
    source = forms.ChoiceField(label=_("Source"), choices=SOURCES, initial="prescribed")
    prn = forms.ChoiceField(label=_("As needed"), choices=PRN, required=False)
    route = forms.ChoiceField(label=_("Route"), choices=ROUTES, required=False)
    prescriber = forms.CharField(label=_("Prescriber"), max_length=120, required=False)

    def __init__(self, *args: Any, route: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        known = {value for value, _label in ROUTES}
        if route not in known:
            self.fields["route"].choices = [*ROUTES, (route, route)]  # type: ignore[attr-defined]

    def content(self, before: LineContent | None = None) -> LineContent:
        """The line typed, over what the form does not show; a new posology replaces a dose that came from a file."""
        typed = self.cleaned_data
        base = before or LineContent("")
        written = " ".join(str(self.data.get("drug_text", "")).split()) or base.written
        if typed["posology"] != base.posology:
            base = replace(base, dose_value=None, dose_unit="", per_day=None, confirmed=True)
        same = {name: typed[name] for name in ("posology", "indication", "start", "end", "route", "prescriber")}
        line = replace(base, written=written, prn={"yes": True, "no": False}.get(typed["prn"]),
                       source=Source(typed["source"]), **same)  # fmt: skip
        return chosen(line, "" if self._retyped() else typed["drug"])

    def _retyped(self) -> bool:
        """Whether the text was changed and the medicine behind it was not, as without a script."""
        same = self.data.get("drug_was") == self.cleaned_data["drug"]
        return same and self.data.get("drug_for") != self.data.get("drug_text")


def initial_of(content: LineContent) -> dict[str, Any]:
    """The values of the form for a line."""
    names = ("posology", "indication", "start", "end", "route", "prescriber")
    value = f"cis:{content.cis}" if content.cis else f"inn:{content.inn}" if content.inn else ""
    prn = {True: "yes", False: "no", None: ""}[content.prn]
    return {name: getattr(content, name) for name in names} | {
        "drug": value,
        "source": content.source.value,
        "prn": prn,
    }


class StopForm(forms.Form):
    """The last day of a line."""

    on = DateField(label=_("Last day"))

    def day(self, today: date) -> date:
        """The day typed, today by default."""
        return self.cleaned_data["on"] or today


class PasteForm(forms.Form):
    """A list pasted, or a file."""

    text = forms.CharField(
        label=_("One medicine a line"),
        max_length=40_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("For example: Kardegic 75 mg 1-0-0"),
    )
    file = forms.FileField(
        label=_("Or a CSV file"),
        required=False,
        help_text=_("Columns: cis, cip13 or name; dose, unit, frequency, route, start, end, prn."),
    )


def dispenser_words(source: DispensedBy) -> str:
    """How a dispensing is known, in words."""
    return str(dict(DISPENSERS)[source.value])


class DispensingForm(forms.Form):
    """Dispensings of a line: one date or many, with what they share."""

    dates = forms.CharField(
        label=_("Dates"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "12/03/2026\n14/04/2026 28", "inputmode": "numeric"}),
        help_text=_("One a line. A number after a date says its own days when they differ."),
    )
    days = forms.IntegerField(
        label=_("Days supplied"),
        min_value=1,
        max_value=MOST_DAYS,
        required=False,
        help_text=_("Leave empty when it is not known: it will be asked, never taken for zero."),
    )
    boxes = forms.IntegerField(label=_("Boxes"), min_value=1, max_value=MOST_BOXES, required=False)
    quantity = forms.FloatField(
        label=_("Quantity"),
        min_value=0.01,
        max_value=MOST_QUANTITY,
        required=False,
        help_text=_("Tablets, sachets, doses."),
    )
    source = forms.ChoiceField(label=_("Dispensed by"), choices=DISPENSERS[:3], initial=DispensedBy.HERE.value)
    dispenser = forms.CharField(label=_("Name of the pharmacy"), max_length=120, required=False)

    def contents(self) -> list[DispensingContent]:
        """One dispensing for each date; `Invalid` names the date that cannot be read."""
        typed = self.cleaned_data
        try:
            dates = read_dates(typed["dates"])
        except UnreadableDate as error:
            sentence = gettext("“%(text)s” is not a date (25/12/2026 or 2026-12-25).") % {"text": error.text[:40]}
            raise Invalid({"dates": [sentence]}) from error
        shared = {name: typed[name] for name in ("boxes", "quantity", "dispenser")}
        source = DispensedBy(typed["source"])
        return [
            DispensingContent(on, typed["days"] if own is None else own, source=source, **shared) for on, own in dates
        ]


class DaysForm(forms.Form):
    """How many days a dispensing lasts."""

    days = forms.IntegerField(label=_("Days supplied"), min_value=1, max_value=MOST_DAYS)


class ReasonForm(forms.Form):
    """Why a dispensing is retracted."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
