"""MedicationDispense: what was handed over for a treatment line, read from a file and written to one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from epione.prescriptions.domain.dispensing import (
    MOST_BOXES,
    MOST_DAYS,
    MOST_QUANTITY,
    DispensedBy,
    DispensingContent,
)

from . import systems
from .bundle import BadBundle, Bundle, Resource, items, mapping, mappings, refuse, words
from .medicines import LINES, Named, named_of
from .reading import Told, day_of, extension

_NOT_HANDED = frozenset(
    {"preparation", "in-progress", "cancelled", "on-hold", "stopped", "declined", "entered-in-error"}
)
_DAYS = {"d": 1, "day": 1, "days": 1, "j": 1, "jour": 1, "jours": 1, "wk": 7, "mo": 30}
_REFERENCES = ("authorizingPrescription", "supportingInformation")


@dataclass(frozen=True, slots=True)
class Handed:
    """A dispensing of a file: the resource of its line when it names one, else the medicine as it names it."""

    content: DispensingContent
    line: Resource | None
    named: Named


def handed_of(one: Resource, bundle: Bundle, told: Told, today: date) -> Handed | None:
    """What a MedicationDispense tells; None when nothing was handed over, or on no day that it says.

    Raises BadBundle for a day in the future, a supply of no days, a quantity of nothing, a line that is none.
    """
    if words(one.get("status")) in _NOT_HANDED:
        return None
    named = named_of(one, bundle)
    on = day_of(one.get("whenHandedOver"))
    if on is None:
        told.say(
            f"{named.written}\u00a0: délivrance sans date de remise (whenHandedOver), non reprise.",
            f"{named.written}: dispensing without the day it was handed over (whenHandedOver), not taken.",
        )
        return None
    if on > today:
        raise _fault(named, on, "la date est dans le futur", "the date is in the future")
    quantity = _amount(one.get("quantity"), named, on)
    content = DispensingContent(
        on=on,
        days=_days(one, named, on, told),
        quantity=quantity,
        unit=words(mapping(one.get("quantity")).get("unit"))[:40] if quantity else "",
        boxes=_boxes(one),
        dispenser=_dispenser(one),
        source=DispensedBy.FILE,
    )
    return Handed(content, _line(one, bundle, named, on), named)


def _fault(named: Named, on: date, french: str, english: str) -> BadBundle:
    name = named.written[:80]
    return refuse(
        f"Délivrance de «\u202f{name}\u202f» du {on:%d/%m/%Y}\u00a0: {french}.",
        f"Dispensing of “{name}” of {on.isoformat()}: {english}.",
    )


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _days(one: Resource, named: Named, on: date, told: Told) -> int | None:
    """Whole days of supply; None when the file does not say, or says it in a unit that is no duration."""
    supply = mapping(one.get("daysSupply"))
    value = _number(supply.get("value"))
    if value is None:
        return None
    unit = words(supply.get("code")) or words(supply.get("unit")) or "d"
    if unit not in _DAYS:
        told.say(
            f"{named.written}\u00a0: durée de délivrance en «\u202f{unit}\u202f», à dire en jours.",
            f"{named.written}: length of a supply in “{unit}”, to be said in days.",
        )
        return None
    days = value * _DAYS[unit]
    if not 1 <= days <= MOST_DAYS:
        raise _fault(
            named, on,
            f"{value:g}\u00a0jours de traitement (daysSupply)\u00a0; de 1 à {MOST_DAYS} sont attendus",
            f"{value:g} days of supply (daysSupply); 1 to {MOST_DAYS} are expected",
        )  # fmt: skip
    return int(days)


def _amount(given: Any, named: Named, on: date) -> float | None:
    value = _number(mapping(given).get("value"))
    if value is not None and not 0 < value <= MOST_QUANTITY:
        raise _fault(named, on, f"quantité impossible ({value:g})", f"impossible quantity ({value:g})")
    return value


def _boxes(one: Resource) -> int | None:
    value = _number((extension(one, systems.BOXES) or {}).get("valueInteger"))
    return int(value) if value is not None and 1 <= value <= MOST_BOXES else None


def _dispenser(one: Resource) -> str:
    actors = [mapping(performer.get("actor")) for performer in mappings(one.get("performer"))]
    return next((words(actor.get("display")) for actor in actors if words(actor.get("display"))), "")[:120]


def _line(one: Resource, bundle: Bundle, named: Named, on: date) -> Resource | None:
    """The line that it names, as a prescription or, since Epione writes lines as statements, as information."""
    references = [(field, reference) for field in _REFERENCES for reference in items(one.get(field))]
    for field, reference in references:
        found = bundle.find(reference, one)
        if found is not None and found.get("resourceType") in LINES:
            return found
        if field == "authorizingPrescription":
            written = words(mapping(reference).get("reference")) or "?"
            raise _fault(
                named, on,
                f"la ligne de traitement «\u202f{written}\u202f» est inconnue",
                f"the treatment line “{written}” is unknown",
            )  # fmt: skip
    return None


def no_line(handed: Handed) -> BadBundle:
    """The refusal of a dispensing whose medicine is no line, or several, of the treatment."""
    return _fault(
        handed.named, handed.content.on,
        "aucune ligne de traitement ne lui correspond, ou plusieurs (authorizingPrescription)",
        "no treatment line matches it, or several do (authorizingPrescription)",
    )  # fmt: skip


def one_a_day(contents: list[DispensingContent]) -> list[DispensingContent]:
    """Dispensings of one line with those of the same day put together; unknown days stay unknown."""
    kept: dict[date, DispensingContent] = {}
    for one in sorted(contents, key=lambda each: each.on):
        former = kept.get(one.on)
        kept[one.on] = one if former in (None, one) else _together(former, one)
    return list(kept.values())


def _together(former: DispensingContent, other: DispensingContent) -> DispensingContent:
    days = former.days + other.days if former.days and other.days else None
    return replace(former, days=days, quantity=None, unit="", boxes=None)


def dispense_of(
    dispensing_id: str, line_id: str, content: DispensingContent, medicine: Mapping[str, Any]
) -> dict[str, Any]:
    """A dispensing as a MedicationDispense whose subject the caller adds; `medicine` is the line's own concept."""
    boxes = [{"url": systems.BOXES, "valueInteger": content.boxes}] if content.boxes else None
    days = {"value": content.days, "unit": "d", "system": systems.UCUM, "code": "d"} if content.days else None
    quantity: dict[str, Any] | None = {"value": content.quantity} if content.quantity else None
    if quantity and content.unit:
        quantity["unit"] = content.unit
    written = {
        "resourceType": "MedicationDispense",
        "id": dispensing_id,
        "status": "completed",
        "medicationCodeableConcept": dict(medicine),
        "supportingInformation": [{"reference": f"urn:uuid:{line_id}"}],
        "performer": [{"actor": {"display": content.dispenser}}] if content.dispenser else None,
        "quantity": quantity,
        "daysSupply": days,
        "whenHandedOver": content.on.isoformat(),
        "extension": boxes,
    }
    return {name: value for name, value in written.items() if value is not None}
