"""Answers of models in words: for the API, for the page, for exports."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from epione.imaging.services import Analysis
from epione.inference.public import (
    AnswerView,
    Engine,
    Finding,
    Kind,
    Measurement,
    Severity,
    Status,
    VerdictView,
    limit_words,
    reason_words,
    said,
)
from epione.kernel.kit.formats import language, measure

UNITS = {"[hnsf'U]": "UH", "mm2": "mm²", "1": "", "{slices}": "", "{pixels}": ""}
SEVERITIES = {
    Severity.NONE: "ok",
    Severity.MILD: "info",
    Severity.MODERATE: "pe",
    Severity.SEVERE: "ad",
    Severity.CRITICAL: "ci",
}
VERDICTS = {
    "confirmed": gettext_lazy("confirmed"),
    "corrected": gettext_lazy("corrected"),
    "rejected": gettext_lazy("rejected"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One finding of an answer as the page shows it; `place` is its number in the answer."""

    place: int
    text: str
    value: str
    where: str
    level: str
    kind: str
    confidence: float | None
    method: str
    verdict: VerdictView | None
    verdict_words: str


def label_of(finding: Finding) -> str:
    """Its label in the language of the person."""
    return finding.label_fr if language() == "fr" else finding.label_en


def value_of(measured: Measurement | None) -> str:
    """The number with its unit; Hounsfield units are UH in French."""
    if measured is None:
        return ""
    unit = UNITS.get(measured.unit, measured.unit)
    return measure(round(measured.value, 2), "HU" if unit == "UH" and language() == "en" else unit)


def where_of(finding: Finding) -> str:
    """Where, in words."""
    if finding.location is None:
        return ""
    frame = finding.location.frame
    return finding.location.text or (_("Image %(number)s") % {"number": frame} if frame else "")


def sentence_of(finding: Finding) -> str:
    """Label and value in one."""
    value = value_of(finding.measurement)
    return f"{label_of(finding)} ({value})" if value else label_of(finding)


def lines_of(answer: AnswerView) -> list[Line]:
    """Every finding of an answer, with what people said of it."""
    return [_line(place, one, answer.verdicts.get(place)) for place, one in enumerate(answer.result.findings)]


def _line(place: int, one: Finding, verdict: VerdictView | None) -> Line:
    level = SEVERITIES[one.severity] if one.severity else ""
    words = str(VERDICTS[verdict.verdict]) if verdict else ""
    return Line(
        place, label_of(one), value_of(one.measurement), where_of(one), level, one.kind.value, one.confidence,
        _(one.method) if one.method else "", verdict, words,
    )  # fmt: skip


def api_answer(done: Analysis) -> dict[str, Any]:
    """The specification's answer: findings and marks, measures apart, and what is unknown as null."""
    findings = [one for answer in done.answers for one in answer.result.findings]
    answered = [one for one in done.answers if one.result.status is Status.OK]
    best = _surest(answered)
    return {
        "image_id": done.id,
        "findings": [_finding(one) for one in findings if one.kind is not Kind.MEASURE],
        "risk_score": None,
        "suggested_diagnosis": label_of(best) if best else None,
        "confidence": best.confidence if best else None,
        "model_used": ", ".join(f"{one.key} {one.label}" for one in answered) or None,
        "processing_time": round(done.seconds, 3),
        "timestamp": done.at,
        "recommendations": [],
        "measures": [sentence_of(one) for one in findings if one.kind is Kind.MEASURE],
        "limitations": limitations_of(done.answers),
        "run_id": done.run_id,
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "description": sentence_of(one),
        "location": where_of(one) or None,
        "confidence": one.confidence,
        "severity": one.severity.value if one.severity else None,
    }


def _surest(answers: Sequence[AnswerView]) -> Finding | None:
    """The finding about the patient of the highest calibrated confidence; none when nothing was calibrated."""
    known = [
        (one.confidence, one)
        for answer in answers
        for one in answer.result.findings
        if one.kind is Kind.FINDING and one.confidence is not None
    ]
    return max(known, key=lambda pair: pair[0])[1] if known else None


def limitations_of(answers: Sequence[AnswerView]) -> list[str]:
    """What must be known: no model, models that gave no answer and why, limits that they state."""
    told = [] if answers else [_("No analysis is made for this kind of image.")]
    if all(one.manifest.engine is Engine.BUILTIN for one in answers):
        told.append(_("No AI model answered: no risk, no diagnosis and no confidence are given."))
    else:
        told.append(_("No risk score is given: none of the models states one."))
    for one in answers:
        name = said(one.manifest.card.title)
        if one.result.status is not Status.OK:
            told.append(f"{name}: {reason_words(one.result.reason)}")
        told += [f"{name}: {limit_words(code)}" for code in one.result.limitations]
    return list(dict.fromkeys(told))
