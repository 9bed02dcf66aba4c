"""What programs read of acts and prices: plain data, amounts in cents, sentences in the caller's language."""

from typing import Any

from .ccam_words import CONDITIONS, said, source_of
from .domain.ccam.modifiers import Applied
from .domain.ccam.nomenclature import Act, Edition
from .domain.ccam.pricing import Line, Reason
from .pricing import Priced


def edition_facts(edition: Edition) -> dict[str, Any]:
    """Which table an answer rests on."""
    return {
        "name": edition.name,
        "version": edition.version,
        "valid_from": edition.valid_from,
        "valid_to": edition.valid_to,
        "compared_on": edition.known_on,
        "source": edition.source,
    }


def act_facts(act: Act) -> dict[str, Any]:
    """An act as the nomenclature has it; null where it gives no tariff."""
    return {
        "code": act.code,
        "label": act.label,
        "chapter": act.chapter,
        "is_gesture": act.is_gesture,
        "is_supplement": act.is_supplement,
        "modifiers": sorted(act.modifiers),
        "gestures": sorted(act.gestures),
        "parts": [
            {
                "activity": part.activity,
                "phase": part.phase,
                "tariff_cents": part.first,
                "tariff_other_cents": part.other,
                "prior_agreement": part.agreement,
                "conditional": part.conditional,
                "exemption_code": part.exemption,
                "group": part.group,
            }
            for part in act.parts
        ],
    }


def price_facts(priced: Priced) -> dict[str, Any]:
    """A price with its lines, its parts, what to confirm and what is due."""
    price, parts = priced.price, priced.shares
    setting, edition = price.setting, price.edition
    reasons = [*parts.reasons, *age_reasons(priced)]
    return {
        "edition": edition_facts(edition),
        "date": setting.on,
        "grid": setting.grid.value,
        "association_rule": setting.association.value,
        "c2s": setting.c2s,
        "lines": [line_facts(line, edition) for line in price.lines],
        "total_cents": price.cents,
        "shares": {
            "fees_cents": parts.fees,
            "excess_cents": parts.excess,
            "insurer_cents": parts.insurer,
            "complement_cents": parts.complement,
            "patient_cents": parts.patient,
        },
        "explanations": [reason_facts(reason, edition) for reason in reasons],
        "questions": questions(priced),
        "to_verify": any(not one.certain for line in price.lines for one in line.reasons)
        or any(not one.certain for one in reasons),
    }


def line_facts(line: Line, edition: Edition) -> dict[str, Any]:
    """One line: from its tariff to its amount."""
    return {
        "code": line.code,
        "label": line.label,
        "activity": line.activity,
        "phase": line.phase,
        "kind": line.kind.value,
        "grid": line.grid.value,
        "group": line.group,
        "tariff_cents": line.base,
        "modifiers": [_modifier(one) for one in line.modifiers],
        "association_code": line.association,
        "rate_percent": line.permille / 10,
        "billed": line.billed,
        "amount_cents": line.cents,
        "prior_agreement": line.agreement,
        "explanations": [reason_facts(reason, edition) for reason in line.reasons],
    }


def _modifier(one: Applied) -> dict[str, Any]:
    return {
        "code": one.code,
        "rate_percent": one.permille / 10 if one.permille else None,
        "amount_cents": one.cents or None,
        "condition": str(CONDITIONS[one.code]),
        "confirmed": one.confirmed,
        "to_verify": not one.certain,
    }


def reason_facts(reason: Reason, edition: Edition) -> dict[str, Any]:
    """A rule, what it says here, where it is written, from which inputs."""
    return {
        "rule": reason.rule,
        "sentence": said(reason),
        "source": source_of(reason.rule, edition),
        "inputs": reason.facts,
        "to_verify": not reason.certain,
    }


def questions(priced: Priced) -> list[dict[str, str]]:
    """Conditions of modifiers that nothing typed settles: a person confirms them before billing."""
    return [
        {"code": line.code, "modifier": one.code, "condition": str(CONDITIONS[one.code])}
        for line in priced.price.lines
        for one in line.modifiers
        if not one.confirmed
    ]


def age_reasons(priced: Priced) -> list[Reason]:
    """What is to be said of the age of the table."""
    edition, on = priced.price.edition, priced.price.setting.on
    if on <= edition.known_on:
        return []
    return [Reason("ccam.edition-age", {"known": edition.known_on.isoformat()}, certain=False)]
