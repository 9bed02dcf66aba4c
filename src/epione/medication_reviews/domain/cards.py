"""Findings in the order they must be read, grouped in cards: what concerns the same medicines is read together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .findings import Finding, urgency

# A pharmacist reads some 220 words a minute: what is open at first is read in two minutes.
READING_WORDS = 440
_MOST_OPEN = 14


@dataclass(frozen=True, slots=True)
class Card:
    """Findings about the same medicines, the most urgent first. A folded card is one line until opened."""

    key: str
    drugs: tuple[str, ...]
    findings: tuple[Finding, ...]
    folded: bool

    @property
    def lead(self) -> Finding:
        """The finding that gives the card its level and title."""
        return self.findings[0]


def ranked(findings: Sequence[Finding]) -> list[Finding]:
    """The findings in reading order."""
    return sorted(findings, key=urgency)


def cards_of(findings: Sequence[Finding]) -> tuple[Card, ...]:
    """The cards of ranked findings, in order; folded beyond two minutes of reading, never a firing CI or AD."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.card, []).append(finding)
    return _folded(groups)


def _folded(groups: Mapping[str, list[Finding]]) -> tuple[Card, ...]:
    cards, words, opened = [], 0, 0
    for key, findings in groups.items():
        lead = findings[0]
        urgent = lead.status == "fires" and lead.level in ("ci", "ad")
        worth_opening = urgent or (opened < _MOST_OPEN and lead.status == "fires")
        cost = reading_words(findings) if worth_opening else 0
        folded = not (urgent or (worth_opening and words + cost <= READING_WORDS))
        if not folded:
            words, opened = words + cost, opened + 1
        cards.append(Card(key, lead.drugs, tuple(findings), folded))
    return tuple(cards)


def reading_words(findings: Sequence[Finding]) -> int:
    """Words shown on an open card: the lead's title, reason and advice, then the titles of the others."""
    lead = findings[0]
    texts = [lead.title["fr"], lead.why["fr"], lead.advice["fr"], *(one.title["fr"] for one in findings[1:])]
    return sum(len(text.split()) for text in texts)
