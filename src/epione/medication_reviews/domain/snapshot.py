"""A review as JSON values in both languages: what is kept, decided upon and put in documents."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from epione.medications.domain.coverage_words import percent
from epione.medications.domain.drug import TreatmentLine
from epione.medications.domain.scores import Burden

from .cards import Card
from .findings import Finding, Source
from .questions import Question
from .refills import Refill
from .review import Review

LEVELS = ("ci", "ad", "pe", "apc")


def _text(value: Mapping[str, str]) -> dict[str, str]:
    return {"fr": value["fr"], "en": value["en"]}


def _source(source: Source) -> dict[str, Any]:
    return {"rule": source.rule, "edition": source.edition, "page": source.page, "reference": source.reference}


def _question(question: Question) -> dict[str, Any]:
    return {
        "key": question.key,
        "text": _text(question.text),
        "unit": question.unit,
        "lines": list(question.lines),
        "criteria": list(question.criteria),
        "settles": question.settles,
    }


def finding_dict(finding: Finding) -> dict[str, Any]:
    """One finding."""
    return {
        "id": finding.id,
        "kind": finding.kind.value,
        "level": finding.level,
        "status": finding.status.value,
        "drugs": list(finding.drugs),
        "title": _text(finding.title),
        "why": _text(finding.why),
        "advice": _text(finding.advice),
        "source": _source(finding.source),
        "confidence": finding.confidence.value,
        "because": _text(finding.confidence.because),
        "missing": [_text(text) for text in finding.missing],
        "questions": [_question(question) for question in finding.questions],
        "could_be": list(finding.could_be),
        "also": list(finding.also),
        "awaits_sign_off": finding.awaits_sign_off,
    }


def card_dict(card: Card) -> dict[str, Any]:
    """A card: its leading finding gives level, status and title."""
    lead = card.lead
    return {
        "key": hashlib.sha256(card.key.encode()).hexdigest()[:16],
        "id": lead.id,
        "kind": lead.kind.value,
        "level": lead.level,
        "status": lead.status.value,
        "drugs": list(card.drugs),
        "folded": card.folded,
        "findings": [finding_dict(finding) for finding in card.findings],
    }


def _line(line: TreatmentLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "name": line.drug.name,
        "short": line.drug.short,
        "cis": line.drug.cis,
        "status": line.drug.status.value,
        "substances": [ingredient.name for ingredient in line.drug.ingredients],
        "atc": list(line.drug.atc),
        "frequency": line.frequency,
        "dose_value": line.dose_value,
        "dose_unit": line.dose_unit,
        "daily_mg": line.daily_mg,
        "per_day": line.per_day,
        "prn": line.prn,
        "start": line.start.isoformat() if line.start else None,
        "indication": line.indication,
        "source": line.source,
    }


def _burden(burden: Burden) -> dict[str, Any]:
    shares = [{"name": s.name, "points": s.points, "lines": list(s.lines)} for s in burden.shares]
    return {"total": burden.total, "shares": shares, "unknown": list(burden.unknown)}


def _scores(review: Review) -> dict[str, Any]:
    scores = review.scores
    return {
        "cia": _burden(scores.cia),
        "acb": _burden(scores.acb),
        "falls": [list(drug) for drug in scores.falls.drugs],
        "tags": {
            tag.tag: {"name": _text(tag.name), "lines": [line for share in tag.shares for line in share.lines]}
            for tag in scores.tags
        },
        "complexity": {"index": scores.complexity.index, "intakes": scores.complexity.intakes,
                       "lines": scores.complexity.lines, "unknown": list(scores.complexity.unknown)},
        "egfr": scores.egfr,
        "clearance": scores.clearance,
        "stage": scores.stage.value if scores.stage else None,
        "drugs": scores.drugs,
    }  # fmt: skip


def refill_dict(refill: Refill) -> dict[str, Any]:
    """What the refills of a line say; the numbers are null when they tell nothing of the days covered."""
    found = refill.coverage
    return {
        "line": refill.line.id,
        "name": refill.line.drug.short,
        "dispensings": refill.dispensings,
        "since": found.since.isoformat() if found else None,
        "until": found.until.isoformat() if found else None,
        "days": found.days if found else None,
        "covered": found.covered if found else None,
        "percent": percent(found) if found else None,
        "at_least": bool(found and found.unknown),
        "good": found.good if found else None,
        "longest_gap": found.longest_gap if found else None,
        "overdue": found.overdue if found else None,
        "text": _text(refill.text),
    }


def counts_of(cards: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many cards of each level, those to confirm under `ask`."""
    counts = dict.fromkeys((*LEVELS, "ask"), 0)
    for card in cards:
        counts["ask" if card["status"] == "to_confirm" else card["level"]] += 1
    return counts


def snapshot(review: Review) -> dict[str, Any]:
    """The whole review; the same chart and editions give the same value."""
    cards = [card_dict(card) for card in review.cards()]
    return {
        "on": review.chart.on.isoformat(),
        "cards": cards,
        "counts": counts_of(cards),
        "questions": [_question(question) for question in review.questions],
        "scores": _scores(review),
        "refills": [refill_dict(refill) for refill in review.refills],
        "lines": [_line(line) for line in review.lines],
        "excluded": [_line(line) for line in review.excluded],
        "notes": [_text(note) for note in review.notes],
        "editions": dict(review.editions),
    }
