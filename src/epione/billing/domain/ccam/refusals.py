"""Why a price is refused: one rule for each reason; the sentences are written elsewhere, in both languages."""

from enum import StrEnum
from typing import Any


class Rule(StrEnum):
    """Rules that refuse."""

    NO_ACT = "ccam.no-act"
    TOO_MANY = "ccam.too-many-acts"
    CODE_FORMAT = "ccam.code-format"
    CODE_UNKNOWN = "ccam.code-unknown"
    ACTIVITY_UNKNOWN = "ccam.activity-unknown"
    PHASE_UNKNOWN = "ccam.phase-unknown"
    ANAESTHESIA_ALONE = "ccam.anaesthesia-alone"
    NO_TARIFF = "ccam.no-tariff"
    NO_EDITION = "ccam.no-edition"
    MODIFIER_UNKNOWN = "ccam.modifier-unknown"
    MODIFIER_NOT_ALLOWED = "ccam.modifier-not-allowed"
    MODIFIER_TWICE = "ccam.modifier-twice"
    MODIFIERS_TOO_MANY = "ccam.modifiers-too-many"
    MODIFIERS_EXCLUSIVE = "ccam.modifiers-exclusive"
    MODIFIER_WHO = "ccam.modifier-who"
    MODIFIER_GRID = "ccam.modifier-grid"
    MODIFIER_RATE = "ccam.modifier-rate"
    MODIFIER_AGE = "ccam.modifier-age"
    MODIFIER_DAY = "ccam.modifier-day"
    MODIFIER_ACTIVITY = "ccam.modifier-activity"
    SPECIALTY_NEEDED = "ccam.specialty-needed"
    URGENCY_ONCE = "ccam.urgency-once"
    GESTURE_ALONE = "ccam.gesture-alone"
    GESTURE_NOT_LISTED = "ccam.gesture-not-listed"
    SUPPLEMENT_ALONE = "ccam.supplement-alone"
    AGREEMENT_MISSING = "ccam.agreement-missing"
    C2S_EXCESS = "c2s.excess"
    FEE_BELOW = "fee.below-tariff"


class PriceRefusedError(Exception):
    """No price can be said; `rule` says why and `facts` what it was about (codes and amounts, never a person)."""

    def __init__(self, rule: Rule, **facts: Any) -> None:
        """Keep what the sentence needs."""
        super().__init__(rule.value)
        self.rule = rule
        self.facts = facts
