"""What an identity and an entry must satisfy before they are kept; sentences for the person who types."""

import math
from dataclasses import replace
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from epione.kernel import clock
from epione.kernel.errors import Invalid

from .domain.identifiers import INS_OIDS, IdentityStatus, Ins, compact, nir_fault
from .domain.observations import measure_of, read_value
from .domain.record import FactKind, Identity

MAX_AGE = 125
MAX_TEXT = 4000


def _nir_sentence(fault: str) -> str:
    return {
        "length": _("A NIR has 15 characters with its key."),
        "shape": _("This is not the form of a NIR (only 2A and 2B may be letters)."),
        "key": _("The key of this NIR is wrong: check each digit."),
    }[fault]


def _birth_faults(born: date) -> list[str]:
    today = clock.today()
    if born > today:
        return [_("This date is in the future: check the year.")]
    return [_("This person would be over 125: check the year.")] if today.year - born.year > MAX_AGE else []


def _ins_faults(identity: Identity) -> list[str]:
    if not identity.ins:
        return []
    status = IdentityStatus(identity.identity_status)
    fault = Ins(compact(identity.ins), identity.ins_oid, status).fault(production=not settings.DEMO)
    if fault is None:
        return []
    return [
        {
            "oid": _("The INS needs the OID that came with it (%(known)s).") % {"known": ", ".join(INS_OIDS)},
            "test-oid": _("This INS is of a test or demonstration domain: it is refused in a real practice."),
            "status": _("An INS comes from an authorised service: its status cannot be provisional."),
        }.get(fault)
        or _nir_sentence(fault)
    ]


def _email_faults(text: str) -> list[str]:
    try:
        validate_email(text)
    except ValidationError:
        return [_("This is not an e-mail address.")]
    return []


def checked_identity(identity: Identity) -> Identity:
    """The identity with its identifiers compacted; `Invalid` names each field that cannot be kept."""
    faults: dict[str, list[str]] = {}
    for name in ("first_name", "last_name"):
        if not getattr(identity, name).strip():
            faults[name] = [_("This is needed.")]
    nir = compact(identity.social_security)
    checks = {
        "birth_date": _birth_faults(identity.birth_date),
        "social_security": [_nir_sentence(fault)] if nir and (fault := nir_fault(nir)) else [],
        "ins": _ins_faults(identity),
        "email": _email_faults(identity.email) if identity.email else [],
    }
    faults |= {name: sentences for name, sentences in checks.items() if sentences}
    too_long = [name for name, value in identity.to_dict().items() if len(str(value)) > MAX_TEXT]
    faults |= {name: [_("This text is too long.")] for name in too_long}
    if faults:
        raise Invalid(faults)
    return replace(identity, social_security=nir, first_name=identity.first_name.strip(),
                   last_name=identity.last_name.strip())  # fmt: skip


def _observation(content: dict[str, Any]) -> dict[str, Any]:
    measure = measure_of(str(content.get("code", "")))
    try:
        value = float(content["value"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Invalid({"value": [_("A number is needed.")]}) from error
    if not math.isfinite(value):
        raise Invalid({"value": [_("A number is needed.")]})
    reading = read_value(str(content.get("code", "")), value, str(content.get("unit", "")))
    if reading.fault and not (reading.fault in {"range", "confusion"} and content.get("kept_as_typed")):
        raise Invalid({"value" if reading.fault in {"range", "confusion"} else reading.fault: [
            {
                "code": _("This measurement is not known."),
            "unit": _("The unit is missing or unknown: expected %(unit)s.")
            % {"unit": measure.unit if measure else ""},
                "confusion": _("This value is not plausible in %(unit)s: is it another unit?")
                % {"unit": content.get("unit", "")},
                "range": _("This value is not possible in a living person: check it."),
            }[reading.fault]
        ]})  # fmt: skip
    return {"code": reading.code, "value": round(reading.value, 6), "unit": reading.unit,
            **({"typed": f"{value:g} {content['unit']}"} if reading.unit != content.get("unit") else {})}  # fmt: skip


_NEEDED = {
    FactKind.ALLERGY: ("substance",),
    FactKind.PROBLEM: ("icd10",),
    FactKind.COVERAGE: ("kind", "start"),
    FactKind.FLAG: ("name", "value"),
    FactKind.NOTE: ("text",),
    FactKind.OBSERVATION: ("code", "value", "unit"),
}


_TRUTHS = {(kind, name) for kind in FactKind for name in ("none_known", "kept_as_typed")} | {(FactKind.FLAG, "value")}
_DAYS = {(FactKind.COVERAGE, "start"), (FactKind.COVERAGE, "end")}
_READ_APART = {(FactKind.OBSERVATION, "value")}


def _shape_fault(kind: FactKind, name: str, value: Any) -> str:
    """Why a value is not what readers of the record rely on, "" when it is."""
    place = (kind, name)
    if value is None or place in _READ_APART:
        return ""
    if place in _TRUTHS:
        return "" if isinstance(value, bool) else _("Answer yes or no.")
    if not isinstance(value, str):
        return _("A text is needed.")
    if len(value) > MAX_TEXT:
        return _("This text is too long.")
    return _("A date is needed (YYYY-MM-DD).") if value and place in _DAYS and not _is_day(value) else ""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def checked_fact(kind: FactKind, content: dict[str, Any], on: date | None) -> dict[str, Any]:
    """The content with canonical units; `Invalid` names what is missing or impossible."""
    if on and on > clock.today() and kind is not FactKind.COVERAGE:
        raise Invalid({"on": [_("This date is in the future: check the year.")]})
    faults = {name: [fault] for name, value in content.items() if (fault := _shape_fault(kind, name, value))}
    if faults:
        raise Invalid(faults)
    if kind is FactKind.ALLERGY and content.get("none_known"):
        return {"none_known": True}
    missing = [name for name in _NEEDED[kind] if content.get(name) in (None, "")]
    if missing:
        raise Invalid({name: [_("This is needed.")] for name in missing})
    return _observation(content) if kind is FactKind.OBSERVATION else content
