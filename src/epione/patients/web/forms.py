"""Forms of the patient pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from epione.patients.domain.observations import MEASURES
from epione.patients.domain.record import Identity, Sex

SEXES = [("unknown", _("Not recorded")), ("female", _("Female")), ("male", _("Male")), ("other", _("Other"))]


class DateField(forms.DateField):
    """A date as French people type it, or as a date picker sends it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"], **options)
        self.widget = forms.DateInput(attrs={"placeholder": _("dd/mm/yyyy"), "inputmode": "numeric"}, format="%d/%m/%Y")
        self.widget.is_required = self.required


class IdentityForm(forms.Form):
    """The identity of a patient."""

    last_name = forms.CharField(label=_("Family name"), max_length=120)
    first_name = forms.CharField(label=_("First name"), max_length=120)
    birth_name = forms.CharField(label=_("Birth name"), max_length=120, required=False)
    birth_date = DateField(label=_("Date of birth"), help_text=_("As on the health card."))
    sex = forms.ChoiceField(label=_("Sex"), choices=SEXES, initial="unknown")
    social_security = forms.CharField(label=_("NIR (social security number)"), max_length=24, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    address = forms.CharField(label=_("Address"), max_length=500, required=False)
    physician = forms.CharField(label=_("Attending physician"), max_length=120, required=False)
    medical_history = forms.CharField(
        label=_("Medical history"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def identity(self, before: Identity | None = None) -> Identity:
        """The identity typed, over what the form does not show."""
        values = {**(before.to_dict() if before else {}), **self.cleaned_data}
        values["birth_date"] = self.cleaned_data["birth_date"].isoformat()
        values["sex"] = Sex(self.cleaned_data["sex"]).value
        return Identity.from_dict(values)


class AllergyForm(forms.Form):
    """An allergy, or the statement that none is known."""

    substance = forms.CharField(label=_("Substance"), max_length=120, required=False)
    reaction = forms.CharField(label=_("Reaction"), max_length=200, required=False)
    on = DateField(label=_("Since"), required=False)
    none_known = forms.BooleanField(label=_("The patient has no known allergy"), required=False)


class ProblemForm(forms.Form):
    """A problem of the list, coded in ICD-10."""

    label = forms.CharField(label=_("Problem"), max_length=200)
    icd10 = forms.RegexField(
        label=_("ICD-10 code"),
        regex=r"^[A-Za-z]\d{2}(\.?\d{1,3})?[+*]?$",
        max_length=8,
        help_text=_("For example I48 or N18.3."),
    )
    on = DateField(label=_("Since"), required=False)


class ObservationForm(forms.Form):
    """A measurement."""

    code = forms.ChoiceField(label=_("Measurement"))
    value = forms.CharField(label=_("Value"), max_length=20)
    unit = forms.CharField(label=_("Unit"), max_length=24)
    on = DateField(label=_("Date"))
    kept_as_typed = forms.BooleanField(label=_("I checked this unusual value"), required=False)

    def __init__(self, *args: Any, language: str = "fr", **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(m.code, m.en if language == "en" else m.fr) for m in MEASURES.values()]
        self.fields["code"].choices = sorted(choices, key=lambda pair: pair[1].lower())  # type: ignore[attr-defined]

    def clean_value(self) -> float:
        """The number, with a French comma too."""
        written = str(self.cleaned_data["value"]).replace(",", ".").replace(" ", "").replace("\u202f", "")
        try:
            return float(written)
        except ValueError as error:
            raise forms.ValidationError(_("A number is needed.")) from error


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), min_length=3, max_length=500)
