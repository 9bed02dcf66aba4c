"""A review as plain values: the documented, versioned answer of the command line and of the API."""

from collections.abc import Mapping, Sequence
from typing import Any

from epione.medications.domain.drug import Drug
from epione.medications.domain.scores import Burden

from .cards import Card
from .case import Fault
from .findings import Finding
from .matching import MatchedCase, MatchedLine
from .questions import Question
from .review import Review
from .scores import Scores
from .snapshot import refill_dict

SCHEMA = "epione.medication-review/1"
_GIVEN = (
    "cis", "cip13", "name", "atc", "dose_value", "dose_unit", "daily_mg", "frequency", "route", "prn", "indication",
)  # fmt: skip
INTENDED_USE = {
    "fr": "Aide à la décision du pharmacien et du médecin\u00a0; non dispositif médical. "
    "Une association non listée n’est pas une association sûre.",
    "en": "Decision support for the pharmacist and the physician; not a medical device. "
    "A combination that is not listed is not a safe one.",
}


def review_facts(review: Review, matched: MatchedCase, language: str, editions: Mapping[str, str]) -> dict[str, Any]:
    """The whole answer in one language; `editions` of the catalogue tables in use."""
    names = {line.id: line.drug.name for line in review.chart.lines}
    cards = review.cards()
    folded = {finding.key for card in cards if card.folded for finding in card.findings}
    return {
        "schema": SCHEMA,
        "id": matched.case.id,
        "on": review.chart.on.isoformat(),
        "language": language,
        "patient": {"age": review.chart.age, "sex": review.chart.sex},
        "lines": [_line(one, review) for one in matched.lines],
        "findings": [
            finding_facts(one, language, names) | {"rank": rank, "folded": one.key in folded}
            for rank, one in enumerate(review.findings, start=1)
        ],
        "cards": [_card(card) for card in cards],
        "questions": [question_facts(one, language) for one in review.questions],
        "scores": score_facts(review.scores, names),
        "refills": [refill_dict(one) | {"text": one.text[language]} for one in review.refills],
        "unmatched": [_unmatched(one) for one in matched.lines if not one.matched],
        "notes": [note[language] for note in review.notes],
        "warnings": [fault_facts(fault, language) for fault in matched.warnings],
        "catalogue": {**editions, **review.editions},
        "intended_use": INTENDED_USE[language],
    }


def finding_facts(finding: Finding, language: str, names: Mapping[str, str]) -> dict[str, Any]:
    """One finding; `drugs` are names, `lines` their ids."""
    return {
        "kind": finding.kind.value,
        "id": finding.id,
        "level": finding.level.upper(),
        "status": finding.status.value,
        "drugs": [names.get(line, line) for line in finding.drugs],
        "lines": list(finding.drugs),
        "title": finding.title[language],
        "why": finding.why[language],
        "advice": finding.advice[language],
        "source": {
            "rule": finding.source.rule,
            "edition": finding.source.edition,
            "page": finding.source.page,
            "reference": finding.source.reference,
        },
        "confidence": {"value": finding.confidence.value, "because": finding.confidence.because[language]},
        "question": " ".join(one.text[language] for one in finding.questions) or None,
        "questions": [one.key for one in finding.questions],
        "missing": [text[language] for text in finding.missing],
        "could_be": [level.upper() for level in finding.could_be],
        "also": list(finding.also),
        "card": finding.card,
        "awaits_sign_off": finding.awaits_sign_off,
    }


def question_facts(question: Question, language: str) -> dict[str, Any]:
    """One question, with how many findings it settles alone and which ones need it."""
    return {
        "key": question.key,
        "text": question.text[language],
        "unit": question.unit or None,
        "lines": list(question.lines),
        "settles": question.settles,
        "findings": list(question.criteria),
    }


def fault_facts(fault: Fault, language: str) -> dict[str, str]:
    """A fault or a warning: where and why."""
    return {"where": fault.where, "text": fault.text[language]}


def score_facts(scores: Scores, names: Mapping[str, str]) -> dict[str, Any]:
    """The scores of a treatment."""
    return {
        "drugs": scores.drugs,
        "anticholinergic_cia": _burden(scores.cia, names),
        "anticholinergic_acb": _burden(scores.acb, names),
        "fall_risk": {
            "count": scores.falls.count(),
            "strong": scores.falls.count("fort"),
            "drugs": [
                {"name": names.get(line, line), "line": line, "class": name, "weight": weight}
                for line, name, weight in scores.falls.drugs
            ],
        },
        "risks": [
            {
                "risk": tag.tag,
                "name": dict(tag.name),
                "count": tag.count,
                "substances": [one.name for one in tag.shares],
            }
            for tag in scores.tags
        ],
        "complexity": {
            "index": scores.complexity.index,
            "intakes_per_day": scores.complexity.intakes,
            "unknown": list(scores.complexity.unknown),
        },
        "renal": {
            "egfr": scores.egfr,
            "clearance": scores.clearance,
            "stage": None if scores.stage is None else scores.stage.value,
        },
    }


def _burden(burden: Burden, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "total": burden.total,
        "substances": [{"name": one.name, "points": one.points, "lines": list(one.lines)} for one in burden.shares],
        "unknown": [names.get(line, line) for line in burden.unknown],
    }


def _card(card: Card) -> dict[str, Any]:
    return {
        "key": card.key,
        "lines": list(card.drugs),
        "findings": [one.id for one in card.findings],
        "folded": card.folded,
    }


def _line(one: MatchedLine, review: Review) -> dict[str, Any]:
    drug, line, written = one.line.drug, one.line, one.written
    given = {name: getattr(written, name) for name in _GIVEN}
    dates = {
        name: None if day is None else day.isoformat() for name, day in (("start", written.start), ("end", written.end))
    }
    active = {line.id for line in review.lines}
    return {
        "id": line.id,
        "input": {name: value for name, value in {**given, **dates}.items() if value not in ("", None)},
        "cis": drug.cis,
        "name": drug.name,
        "substances": [part.name for part in drug.ingredients],
        "atc": list(drug.atc),
        "atc_source": drug.atc_source,
        "status": drug.status.value,
        "quality": one.quality.value,
        "candidates": [_candidate(drug) for drug in one.candidates[:5]] if not one.matched else [],
        "daily_mg": line.daily_mg,
        "per_day": line.per_day,
        "active": line.id in active,
        "checked": line.id in active and drug.checkable,
    }


def _candidate(drug: Drug) -> dict[str, Any]:
    return {"cis": drug.cis, "name": drug.name}


def _unmatched(one: MatchedLine) -> dict[str, Any]:
    return {
        "line": one.line.id,
        "input": one.written.label,
        "quality": one.quality.value,
        "candidates": [_candidate(drug) for drug in one.candidates[:5]],
    }


def error_facts(faults: Sequence[Fault], language: str, case_id: str = "", number: int | None = None) -> dict[str, Any]:
    """The answer to a case that cannot be reviewed."""
    return {
        "schema": SCHEMA,
        "id": case_id,
        **({} if number is None else {"line": number}),
        "errors": [fault_facts(fault, language) for fault in faults],
    }
