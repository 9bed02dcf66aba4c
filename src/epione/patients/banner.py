"""What the banner of an open record says; any workspace shows it from here."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.kit.banner import AllergyState, PatientBanner, Vital
from epione.kernel.kit.formats import day, measure

from . import extensions
from .domain.record import FactKind, Record
from .domain.vitals import Renal, renal_of, trend


def _renal(record: Record) -> tuple[Vital, Vital]:
    known: Renal = renal_of(record, clock.today())
    rate = Vital(
        _("eGFR (CKD-EPI 2009)"),
        measure(round(known.egfr), "mL/min") if known.egfr is not None else "",
        trend=trend(record, "egfr") or trend(record, "creatinine", inverted=True),
    )
    clearance = Vital(_("Cockcroft"), measure(round(known.clearance), "mL/min") if known.clearance is not None else "")
    return rate, clearance


def _weight(record: Record) -> Vital:
    weight, height = record.latest("weight"), record.latest("height")
    if weight is None:
        return Vital(_("Weight"))
    kilograms = weight.content["value"]
    bmi = kilograms / (height.content["value"] / 100) ** 2 if height else None
    detail = _("BMI %(bmi)s") % {"bmi": measure(round(bmi, 1), "")} if bmi else ""
    return Vital(_("Weight"), measure(kilograms, "kg"), detail)


def _allergies(record: Record) -> tuple[AllergyState, tuple[tuple[str, str], ...]]:
    state = {True: AllergyState.KNOWN, False: AllergyState.NONE_KNOWN, None: AllergyState.NOT_RECORDED}
    entries = [fact for fact in record.of(FactKind.ALLERGY) if "substance" in fact.content]
    pairs = tuple(
        (fact.content["substance"], ", ".join(filter(None, (fact.content.get("reaction", ""), _year(fact.on)))))
        for fact in entries
    )
    return state[record.allergies_known], pairs


def _year(on: object) -> str:
    return str(getattr(on, "year", ""))


def _born(sex: str) -> str:
    words = {
        "female": pgettext("woman", "born on %(date)s"),
        "male": pgettext("man", "born on %(date)s"),
    }
    return words.get(sex) or _("born on %(date)s")


def banner_of(record: Record, by: Actor) -> PatientBanner:
    """The banner of an opened record, for the actor."""
    identity = record.card.identity
    today = clock.today()
    state, pairs = _allergies(record)
    years = identity.age(today)
    born = _born(identity.sex.value) % {"date": day(identity.birth_date)}
    sexes = {"female": _("F"), "male": _("M")}
    extras = [
        Vital(label, value, extra=True) for source in extensions.vitals for label, value in source(by, record.card.id)
    ]
    return PatientBanner(
        name=identity.display,
        sex=sexes.get(identity.sex.value, _("Sex not recorded")),
        age=ngettext("%(years)s year", "%(years)s years", years) % {"years": years},
        born=born,
        allergy_state=state,
        allergies=pairs,
        vitals=(*_renal(record), _potassium(record), _weight(record), *extras),
        url=_page(record.card.id),
        close_url=reverse("patients:list"),
        allergies_url=f"{_page(record.card.id)}#allergies",
    )


def _potassium(record: Record) -> Vital:
    found = record.latest("potassium")
    return Vital(_("Potassium"), measure(found.content["value"], "mmol/L") if found else "", extra=True)


def _page(patient_id: UUID) -> str:
    return reverse("patients:record", args=[patient_id])
