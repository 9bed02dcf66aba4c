"""Forms of the billing pages."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from epione.billing.ccam_words import ASSOCIATIONS, GRIDS, SPECIALTIES
from epione.billing.domain.steps import FIRST_YEAR, State
from epione.billing.domain.tariffs import Tariff
from epione.billing.public import Association, Fee, Grid, Setting, Specialty
from epione.billing.queries import Choice
from epione.billing.words import CYCLES, STATES, STEPS


def cents_of(typed: str) -> int:
    """Cents of an amount in euros, with a French comma too; a sentence when it is none."""
    written = typed.replace(",", ".").replace("\u202f", "").replace(" ", "").strip("€")
    try:
        cents = Decimal(written) * 100
    except ArithmeticError as error:
        raise forms.ValidationError(_("An amount is needed, as 15,00.")) from error
    if not cents.is_finite() or cents != cents.to_integral_value() or not 0 <= cents <= 10_000_000:
        raise forms.ValidationError(_("An amount is needed, as 15,00."))
    return int(cents)


def _day(label: Any, *, required: bool = False) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


class PeriodForm(forms.Form):
    """Which billed steps."""

    is_choice = True

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *STATES.items()])
    since = _day(_("Acts from"))
    until = _day(_("to"))

    def choice(self) -> Choice:
        """The choice of a valid form; everything for one that is not."""
        if not self.is_valid():
            return Choice()
        values = self.cleaned_data
        return Choice(State(values["state"]) if values["state"] else None, values["since"], values["until"])


class TariffForm(forms.Form):
    """A tariff checked with the insurer."""

    step = forms.ChoiceField(label=_("Step"), choices=[(name, STEPS[name]) for name in FIRST_YEAR])
    cycle = forms.ChoiceField(label=_("Year of the programme"), choices=list(CYCLES.items()))
    code = forms.RegexField(label=_("Act code"), regex=r"^[A-Z0-9]{2,8}$", max_length=8)
    amount = forms.CharField(label=_("Amount (€)"), max_length=12, help_text=_("For example 15,00."))
    valid_from = _day(_("In force from"), required=True)
    valid_to = _day(_("to"))
    source = forms.CharField(label=_("Where it was checked"), max_length=300, help_text=_("Page of ameli.fr and date."))

    def clean_amount(self) -> int:
        """Cents, with a French comma too."""
        return cents_of(self.cleaned_data["amount"])

    def tariff(self, programme: str) -> Tariff:
        """The tariff that a valid form says."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "amount"}
        return Tariff(programme=programme, cents=self.cleaned_data["amount"], verified=True, **values)


UNKNOWN = [("", _("Not known")), ("yes", _("Yes")), ("no", _("No"))]
ANSWERS = {"yes": True, "no": False}


class SettingForm(forms.Form):
    """Who does the acts, when, for whom and for how much; what is left open is unknown."""

    is_choice = True

    day = _day(_("Date of the act"), required=True)
    grid = forms.ChoiceField(label=_("Sector"), choices=list(GRIDS.items()))
    specialty = forms.ChoiceField(
        label=_("Specialty"), required=False, choices=[("", _("Not given")), *SPECIALTIES.items()]
    )
    anaesthetist_grid = forms.ChoiceField(
        label=_("Sector of the anaesthetist"), required=False, choices=[("", _("The same")), *GRIDS.items()]
    )
    association = forms.ChoiceField(label=_("Association"), choices=list(ASSOCIATIONS.items()))
    age = forms.IntegerField(label=_("Age of the patient (years)"), required=False, min_value=0, max_value=130)
    agreement = forms.ChoiceField(label=_("Prior agreement obtained"), required=False, choices=UNKNOWN)
    planned = forms.ChoiceField(label=_("Planned for a later consultation"), required=False, choices=UNKNOWN)
    fees = forms.CharField(label=_("Fees asked (€)"), required=False, max_length=12)
    c2s = forms.BooleanField(label=_("The patient has the C2S"), required=False)
    emergency = forms.BooleanField(label=_("Emergency at the opposable tariff"), required=False)
    alone = forms.BooleanField(label=_("The anaesthetist bills apart"), required=False)

    @staticmethod
    def defaults(on: date) -> dict[str, str]:
        """What a first visit starts from."""
        return {"day": on.isoformat(), "grid": Grid.SECTOR_1.value, "association": Association.GENERAL.value}

    def clean_fees(self) -> int | None:
        """Cents, or None when nothing was typed."""
        typed = str(self.cleaned_data["fees"])
        return cents_of(typed) if typed else None

    def setting(self) -> Setting:
        """The setting that a valid form says."""
        values = self.cleaned_data
        return Setting(
            on=values["day"],
            grid=Grid(values["grid"]),
            specialty=Specialty(values["specialty"]) if values["specialty"] else None,
            anaesthetist_grid=Grid(values["anaesthetist_grid"]) if values["anaesthetist_grid"] else None,
            association=Association(values["association"]),
            c2s=values["c2s"],
            emergency=values["emergency"],
            age=values["age"],
            prior_agreement=ANSWERS.get(values["agreement"]),
            anaesthetist_alone=values["alone"],
        )

    def fee(self) -> Fee:
        """The fees that a valid form says."""
        return Fee(self.cleaned_data["fees"], ANSWERS.get(self.cleaned_data["planned"]))
