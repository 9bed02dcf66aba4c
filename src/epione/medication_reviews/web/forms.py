"""Forms of the review: enrolment, collection, interview, follow-up, answers."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from epione.medications.public import GIRERD_QUESTIONS

YES_NO = [("yes", _("Yes")), ("no", _("No"))]


def _date(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(attrs={"placeholder": _("dd/mm/yyyy"), "inputmode": "numeric"}, format="%d/%m/%Y"),
    )


def _long(label: Any, rows: int = 3) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}))


class EnrolmentForm(forms.Form):
    """Consent and enrolment."""

    consent = forms.BooleanField(label=_("The patient agrees and signed the adhesion form"), required=False)
    consent_on = _date(_("Date of the consent"), required=False)
    physician = forms.CharField(label=_("Physician who receives the conclusions"), max_length=120, required=False)
    requested_by = forms.CharField(label=_("Requested by"), max_length=120, required=False)


class GirerdForm(forms.Form):
    """The six questions of Girerd; they may stay open: unanswered is not no."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        lang = "en" if (get_language() or "fr").startswith("en") else "fr"
        for place, text in enumerate(GIRERD_QUESTIONS):
            self.fields[f"girerd{place}"] = forms.ChoiceField(
                label=text[lang], choices=YES_NO, required=False, widget=forms.RadioSelect
            )

    @property
    def girerd(self) -> list[bool | None]:
        """The six answers; None where nobody answered."""
        return [
            {"yes": True, "no": False}.get(self.cleaned_data.get(f"girerd{place}", ""))
            for place in range(len(GIRERD_QUESTIONS))
        ]


class CollectionForm(GirerdForm):
    """The guided collection interview."""

    confirmed = forms.BooleanField(
        label=_("The treatment list was read through with the patient, self-medication included"), required=False
    )
    problems_confirmed = forms.BooleanField(
        label=_("The list of health problems was read through: nothing else is known"), required=False
    )
    help_at_home = forms.CharField(label=_("Who prepares the medicines?"), max_length=200, required=False)
    swallowing = forms.ChoiceField(
        label=_("Trouble swallowing?"), choices=YES_NO, required=False, widget=forms.RadioSelect
    )
    side_effects = _long(_("What bothers the patient (side effects, fears)"))
    self_medication = _long(_("Self-medication, plants, food supplements"), 2)
    remarks = _long(_("Remarks"))


class InterviewForm(forms.Form):
    """The interview with the patient after the physician's answer."""

    explained = _long(_("What was explained"))
    agreed = _long(_("What the patient agreed to"))
    advice = _long(_("Advice to print on the plan, one a line"), 4)
    plan_given = forms.BooleanField(label=_("The plan was given to the patient"), required=False)


class FollowUpForm(GirerdForm):
    """The follow-up of adherence, about six months later."""

    changes = _long(_("What changed since the interview"))
    difficulties = _long(_("Difficulties with the treatment"))
    remarks = _long(_("Remarks"))


class RecommendationForm(forms.Form):
    """A recommendation of the pharmacist's own."""

    title = forms.CharField(label=_("Subject"), max_length=160)
    text = forms.CharField(label=_("Proposal"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class ReasonForm(forms.Form):
    """Why a finding is set aside, or how it is adapted."""

    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)
    text = forms.CharField(
        label=_("Proposal in your words"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class AnswerForm(forms.Form):
    """An answer to a question of the engine."""

    value = forms.CharField(max_length=120, required=False)
    on = _date(_("Date"), required=False)


class SendingForm(forms.Form):
    """How the letter reached the physician."""

    channel = forms.ChoiceField(
        label=_("How was it sent?"),
        choices=[
            ("secure-mail", _("Secure health e-mail")),
            ("post", _("Post")),
            ("hand", _("By hand")),
            ("fax", _("Fax")),
            ("shared-record", _("Shared record")),
        ],
    )
