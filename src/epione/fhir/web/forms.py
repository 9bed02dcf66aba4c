"""The form of an import."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ImportForm(forms.Form):
    """A file to import."""

    file = forms.FileField(
        label=_("FHIR R4 file (JSON)"),
        help_text=_("The record of one patient: a Bundle with its allergies, problems, measurements and medicines."),
    )
