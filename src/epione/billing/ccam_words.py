"""What the prices of the CCAM mean, in words: reasons with their sources, conditions of modifiers, grids."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from epione.kernel.kit.formats import measure

from .domain.ccam.association import Association
from .domain.ccam.modifiers import Specialty
from .domain.ccam.nomenclature import Edition, Grid
from .domain.ccam.pricing import Reason
from .templatetags.billing import money

GRIDS = {
    Grid.SECTOR_1: _("Sector 1"),
    Grid.OPTAM: _("Sector 2, OPTAM"),
    Grid.OPTAM_ACO: _("Sector 2, OPTAM-ACO"),
    Grid.SECTOR_2: _("Sector 2 without OPTAM"),
}

SPECIALTIES = {
    Specialty.SURGEON: _("Surgeon, ENT, stomatologist, ophthalmologist, obstetrician"),
    Specialty.ANAESTHETIST: _("Anaesthetist"),
    Specialty.GENERAL: _("General practitioner"),
    Specialty.PAEDIATRICIAN: _("Paediatrician"),
    Specialty.MIDWIFE: _("Midwife"),
    Specialty.DENTIST: _("Dentist"),
    Specialty.RADIOLOGIST: _("Radiologist"),
    Specialty.CHEST: _("Chest physician, rheumatologist"),
    Specialty.OTHER: _("Other specialty"),
}

ASSOCIATIONS = {
    Association.GENERAL: _("General rule: two acts at most, 100 % and 50 %"),
    Association.LIMBS: _("Surgery on different limbs, on trunk and limb, or on head and limb: 100 % and 75 %"),
    Association.TRAUMA: _("Surgery of multiple recent injuries: three acts at most, 100 %, 75 % and 50 %"),
    Association.ENT_CANCER: _("ENT cancer surgery, excision, dissection and reconstruction: 100 %, 50 % and 50 %"),
    Association.FULL_RATE: _("Case listed at full rate (code 4)"),
    Association.SEPARATE: _("Separate moments of the same day, with a reason (code 5)"),
}

CONDITIONS = {
    "O": _(
        "vital or organ emergency between 8:00 and 20:00, within six hours of admission to a hospital with an "
        "emergency department, or on a patient who cannot be moved"
    ),
    "U": _("emergency at night: 20:00 to midnight for surgeons and anaesthetists, 20:00 to 8:00 for others"),
    "P": _("emergency between 20:00 and midnight"),
    "S": _(
        "emergency between midnight and 8:00; for specialties other than surgery, anaesthesia, paediatrics, general "
        "practice and midwifery, a treatment under general or regional anaesthesia"
    ),
    "F": _("emergency on a Sunday or a public holiday"),
    "M": _("urgent care at the surgery of the physician after an examination in emergency"),
    "A": _("general or regional anaesthesia of a patient under 4 or over 80 years"),
    "E": _("radiography or CT of a child under 5 years, the exclusions of the table aside"),
    "G": _("eye surgery under 1 year, or foreign body of airways or nuclear medicine under 3 years"),
    "N": _("restoration or endodontics of a permanent tooth of a child under 13 years"),
    "9": _("conservative dental care listed by the convention, from 1 to 26 years"),
    "6": _("second operation on the same eye, on the bile ducts or on the urinary tract"),
    "8": _("anaesthesia of a second operation on the same eye, on the bile ducts or on the urinary tract"),
    "4": _("peroperative start and follow-up of postoperative regional analgesia, without a catheter"),
    "5": _("peroperative start and follow-up of postoperative regional analgesia, with a catheter"),
    "R": _("plastic surgery of the skin of face, neck, hand or fingers, or wounds and burns of face or hands"),
    "L": _("open fracture or open dislocation"),
    "J": _("transitional increase of surgery; the table does not say who may code it"),
    "K": _("sector 1 or OPTAM-ACO; other grids for the C2S and emergencies at the opposable tariff"),
    "T": _("surgeons and obstetricians who joined OPTAM"),
    "3": _("anaesthetists of sector 1 or of OPTAM-ACO; other grids for the C2S and emergencies"),
    "7": _("the anaesthetist is present during the whole operation"),
    "D": _("control radiography of a limb in a rigid contention"),
    "Y": _("radiography by a radiologist, a chest physician or a rheumatologist"),
    "Z": _("radiography by a radiologist"),
    "B": _("radiography in theatre, in intensive care or at the bed of a patient who cannot be moved"),
    "H": _("radiotherapy, dose level 1"),
    "Q": _("radiotherapy, dose level 2"),
    "V": _("radiotherapy, dose level 3"),
    "W": _("radiotherapy, dose level 4"),
}

REASONS = {
    "ccam.tariff": _("Tariff of activity %(activity)s, phase %(phase)s: %(cents)s."),
    "ccam.modifier": _("Modifier %(modifier)s, %(added)s: %(condition)s."),
    "ccam.specialty-assumed": _("The specialty was not given: a surgeon is assumed, since this is an act of surgery."),
    "ccam.rounding": _("Rounded to the cent, half a cent upwards: %(cents)s before amounts in euros."),
    "ccam.prior-agreement": _("This act needs the prior agreement of the health insurance: obtain it before the act."),
    "ccam.conditional": _("The health insurance pays this act under conditions that the nomenclature states."),
    "ccam.association.general": _("Association, general rule: %(permille)s of its tariff."),
    "ccam.association.limbs": _("Association, different limbs or trunk or head and limb: %(permille)s."),
    "ccam.association.trauma": _("Association, multiple recent injuries: %(permille)s."),
    "ccam.association.ent-cancer": _("Association, ENT cancer surgery: %(permille)s."),
    "ccam.association.full": _("Association, case listed at full rate (code 4): %(permille)s."),
    "ccam.association.separate": _("Association, separate moments of the day (code 5): %(permille)s."),
    "ccam.association.gesture": _("Complementary gesture: full tariff."),
    "ccam.association.supplement": _("Supplement: full tariff, on top."),
    "ccam.association.exceptions": _(
        "Imaging, dental and technical acts have associations of their own, which are not computed here."
    ),
    "ccam.association.not-billed": _("Not billed: the rule of association takes no further act."),
    "ccam.edition-age": _("The table was last compared on %(known)s: a newer edition may hold on the day of the act."),
    "share.unknown": _("Who owes what is not computed: the share of the patient for these acts is in no source here."),
    "share.flat": _(
        "From 120 € the share of the patient is a flat %(cents)s, once for one stay. Exemptions (long-term illness, "
        "maternity, imaging…) are not known here."
    ),
    "share.ordinary": _(
        "Ordinary share of the patient outside hospital: %(permille)s of the tariff. Exemptions and the pathway of "
        "care are not known here."
    ),
    "c2s.third-party": _("C2S: no excess, and the patient pays nothing (full third-party payment)."),
    "excess.sector-1": _("An excess of %(cents)s in sector 1 needs a special request of the patient (DE)."),
    "excess.sector-2": _("Excess of %(cents)s, with tact and measure; the insurer does not pay it."),
    "excess.optam": _("Excess of %(cents)s, within the commitments of OPTAM, which are not known here."),
    "written.due": _(
        "Written information is due before the act: the fees hold an excess and reach %(threshold)s, or the act is "
        "planned for a later consultation. Without it the excess is not due."
    ),
    "written.if-planned": _(
        "If the act is planned for a later consultation, written information is due whatever the amount."
    ),
    "written.if-excess": _(
        "If the fees go above the tariff, written information is due from %(threshold)s, and whatever the amount when "
        "the act is planned for a later consultation."
    ),
}

_DECISION = "UNCAM, décision du 11 mars 2005 modifiée, art. III-3 B"
_SOURCES = {
    "ccam.association.not-billed": _DECISION,
    "ccam.association.supplement": f"{_DECISION} ; CCAM, chap. 19.02",
    "ccam.association": _DECISION,
    "ccam.modifier": "CCAM, chap. 19.03",
    "share.flat": "CSS, art. R.160-16",
    "share.ordinary": "CSS, art. R.160-5",
    "c2s": "CSS, art. L.861-3",
    "excess": "Convention médicale",
    "written": "Arrêté du 2 octobre 2008 ; CSP, art. L.1111-3",
}
_MONEY = frozenset({"cents", "threshold"})


def source_of(rule: str, edition: Edition) -> str:
    """Where a rule is written; the edition itself when nothing else is named."""
    named = next((text for start, text in _SOURCES.items() if rule.startswith(start)), "")
    return f"{named} ({edition.name})" if named.startswith("CCAM") else named or edition.name


def said(reason: Reason) -> str:
    """The sentence of a reason, with its amounts."""
    if reason.rule.startswith("ccam.modifier."):
        letter = reason.rule.rpartition(".")[2]
        facts = {"modifier": letter, "added": added(reason.facts), "condition": CONDITIONS.get(letter, "")}
        return str(REASONS["ccam.modifier"]) % facts
    shown = {name: _shown(name, value) for name, value in reason.facts.items()}
    return str(REASONS[reason.rule]) % shown


def added(facts: dict[str, Any]) -> str:
    """What a modifier adds: “+30 %” or “+40,00 €”."""
    return f"+{money(facts['cents'])}" if facts["cents"] else f"+{percent(facts['permille'])}"


def percent(permille: int) -> str:
    """A rate in thousandths as per cent."""
    return measure(permille / 10, "%")


def _shown(name: str, value: Any) -> Any:
    if name in _MONEY:
        return money(value)
    return percent(value) if name == "permille" else value
