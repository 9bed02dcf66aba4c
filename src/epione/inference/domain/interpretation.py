"""From the numbers that a classifier gives to findings: activation, calibration, abstention.

A score becomes a confidence only through a calibration (temperature scaling: Guo et al., ICML 2017); without one the
scores are shown as evidence and the confidence stays unknown.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .contract import Code, Evidence, Finding, Location, Result, Status
from .manifest import Manifest, Output

NOT_CALIBRATED = "scores-not-calibrated"
REMOTE = "weights-not-verifiable"


def interpreted(numbers: Sequence[float], manifest: Manifest, *, image: str = "", frame: int = 1) -> Result:
    """The answer of one frame."""
    output = manifest.output
    if output is None:
        raise ValueError("a manifest without output cannot be interpreted")
    raw = np.asarray(numbers, dtype=np.float64).reshape(-1)
    if raw.size != len(output.labels):
        return Result(Status.ERROR, reason="unexpected_output_size")
    if not np.isfinite(raw).all():
        return Result(Status.ERROR, reason="output_not_finite")
    scores = activated(raw, output.activation, manifest.calibration.temperature if manifest.calibration else 1.0)
    if output.activation == "none" and not ((scores >= 0) & (scores <= 1)).all():
        return Result(Status.ERROR, reason="output_out_of_range")
    evidence = tuple(Evidence(label.en, float(score)) for label, score in zip(output.labels, scores, strict=True))
    limits = () if manifest.calibration else (NOT_CALIBRATED,)
    if output.abstain_below is not None and float(scores.max()) < output.abstain_below:
        return Result(Status.ABSTAIN, evidence=evidence, limitations=limits, reason="score_below_threshold")
    where = Location(image=image, frame=frame) if image else None
    return Result(Status.OK, _findings(scores, output, manifest, where), evidence, limits)


def activated(raw: NDArray[np.float64], activation: str, temperature: float) -> NDArray[np.float64]:
    """Scores in 0..1 of logits divided by the temperature."""
    logits = raw / temperature
    if activation == "sigmoid":
        return 1 / (1 + np.exp(-np.clip(logits, -700, 700)))
    if activation == "softmax":
        powers = np.exp(logits - logits.max())
        return np.asarray(powers / powers.sum())
    return raw


def _findings(
    scores: NDArray[np.float64], output: Output, manifest: Manifest, where: Location | None
) -> tuple[Finding, ...]:
    """The labels to report that reach their threshold; of a softmax only the first one."""
    order = np.argsort(-scores, kind="stable")
    kept = order[:1] if output.activation == "softmax" else order
    calibration = manifest.calibration
    return tuple(
        Finding(
            code=Code(label.system, label.code, label.en),
            label_fr=label.fr,
            label_en=label.en,
            location=where,
            confidence=round(float(scores[place]), 4) if calibration else None,
            calibration_id=calibration.id if calibration else None,
            method=f"{manifest.id} {manifest.version}",
        )
        for place in kept
        for label in [output.labels[int(place)]]
        if label.report and scores[place] >= label.threshold
    )
