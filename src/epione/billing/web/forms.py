"""Forms of the billing pages."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from epione.billing.domain.steps import FIRST_YEAR, State
from epione.billing.domain.tariffs import Tariff
from epione.billing.queries import Choice
from epione.billing.words import CYCLES, STATES, STEPS


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
        written = str(self.cleaned_data["amount"]).replace(",", ".").replace("\u202f", "").replace(" ", "").strip("€")
        try:
            cents = Decimal(written) * 100
        except ArithmeticError as error:
            raise forms.ValidationError(_("An amount is needed, as 15,00.")) from error
        if not cents.is_finite() or cents != cents.to_integral_value() or not 0 <= cents <= 10_000_000:
            raise forms.ValidationError(_("An amount is needed, as 15,00."))
        return int(cents)

    def tariff(self, programme: str) -> Tariff:
        """The tariff that a valid form says."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "amount"}
        return Tariff(programme=programme, cents=self.cleaned_data["amount"], verified=True, **values)
