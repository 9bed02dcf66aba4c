"""What the interaction engine answers: an alert for a pair, or why there is none. Never "safe"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from epione.medications.domain.conditions import question_for
from epione.medications.domain.interactions_rows import Outcome
from epione.medications.domain.levels import LEVEL_NAMES, Level, most_severe

Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Side:
    """One medicine of a pair. `line` is the id of its line ("" for a bare drug), `drug` its name.

    `substance` is the thesaurus key of the substance concerned, `matched` the key (itself or one of its classes) that
    the row names, `name` that entity as the thesaurus writes it.
    """

    line: str
    drug: str
    substance: str
    matched: str
    name: str


@dataclass(frozen=True, slots=True)
class Also:
    """Another row of the thesaurus on the same pair, kept behind the alert."""

    rule: str
    level: Level
    levels: tuple[Level, ...]
    matched: tuple[str, str]
    page: int | None
    source: str


@dataclass(frozen=True, slots=True)
class PairResult:
    """The one alert of a pair of medicines.

    - `level`: the level; while it depends on something unknown (`resolved` false), the highest possible one.
    - `levels`: the levels that the source prints on the row `rule`, most severe first.
    - `could_be`: when not resolved, every level that it could be, most severe first (else empty).
    - `otherwise`: the level if no unknown condition holds (equal to `level` when resolved).
    - `question`: what to ask, {"fr", "en"}, None when resolved; `missing`: the names of the data that would settle it
      (as in `conditions.QUESTIONS`; empty when no rule resolves the composite row, the question then cites the page).
    - `rule`: stable id, "ANSM-<a>+<b>" or "SUP-<a>+<b>" with the keys' spaces as hyphens; `rows`: the keys (a, b).
    - `source`: "ansm" or "supplement"; `basis`: the supplement's own source; `page` and `edition` of the thesaurus.
    - `specificity`: how many of the two sides the row names by substance (2, 1 or 0: both by class).
    - `also`: the other rows on the same pair, none of them more severe.
    """

    level: Level
    levels: tuple[Level, ...]
    resolved: bool
    could_be: tuple[Level, ...]
    otherwise: Level
    question: Text | None
    missing: tuple[str, ...]
    rule: str
    rows: tuple[str, str]
    sides: tuple[Side, Side]
    page: int | None
    edition: str
    source: str
    basis: str
    specificity: int
    also: tuple[Also, ...]


class WhyNot(StrEnum):
    """Why a pair has no alert."""

    NOT_LISTED = "not_listed"
    SAME_SUBSTANCE = "same_substance"
    LOCAL_ROUTE = "local_route"
    NOT_CHECKABLE = "not_checkable"
    UNKNOWN_SUBSTANCE = "unknown_substance"


@dataclass(frozen=True, slots=True)
class Unlisted:
    """No alert for a pair: the reason and the edition that was read. It never means that the pair is safe."""

    reason: WhyNot
    edition: str
    drugs: tuple[str, str]

    @property
    def text(self) -> Text:
        """The sentence to show, in French and English."""
        return {language: text.format(edition=self.edition) for language, text in _REASONS[self.reason].items()}


_REASONS: dict[WhyNot, dict[str, str]] = {
    WhyNot.NOT_LISTED: {
        "fr": "Non listé dans le thésaurus des interactions (édition {edition}), ce qui ne veut pas dire sans risque.",
        "en": "Not listed in the interaction thesaurus (edition {edition}), which does not mean without risk.",
    },
    WhyNot.SAME_SUBSTANCE: {
        "fr": "Même substance des deux côtés\u00a0: c’est une duplication, non une interaction (thésaurus {edition}).",
        "en": "Same substance on both sides: a duplication, not an interaction (thesaurus {edition}).",
    },
    WhyNot.LOCAL_ROUTE: {
        "fr": "Voie locale\u00a0: non vérifié dans le thésaurus (édition {edition}), hors formes qu’il cite.",
        "en": "Local route: not checked in the thesaurus (edition {edition}), except for the forms that it names.",
    },
    WhyNot.NOT_CHECKABLE: {
        "fr": "Composition inconnue ou produit homéopathique\u00a0: exclu de la vérification (thésaurus {edition}).",
        "en": "Unknown composition or homeopathic product: excluded from the check (thesaurus {edition}).",
    },
    WhyNot.UNKNOWN_SUBSTANCE: {
        "fr": "Substance absente du thésaurus (édition {edition})\u00a0: aucune interaction ne peut y être cherchée.",
        "en": "Substance absent from the thesaurus (edition {edition}): no interaction can be looked for.",
    },
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Several outcomes merged into one alert, before the medicines' own names are known."""

    level: Level
    resolved: bool
    could_be: tuple[Level, ...]
    otherwise: Level
    question: Text | None
    missing: tuple[str, ...]
    main: Outcome
    also: tuple[Also, ...]


def merge(outcomes: Sequence[Outcome]) -> Verdict:
    """One alert out of all rows of a pair: the most severe level, told by its most specific row."""
    top = most_severe(outcome.top for outcome in outcomes)
    floor = most_severe(outcome.floor for outcome in outcomes)
    resolved = top is floor
    ordered = sorted(outcomes, key=lambda outcome: _preference(outcome, resolved=resolved))
    main = ordered[0]
    also = {outcome.hit.row.id: _also(outcome) for outcome in ordered[1:] if outcome.hit.row.id != main.hit.row.id}
    open_ones = () if resolved else tuple(o for o in ordered if o.top.rank < floor.rank)
    missing = tuple(dict.fromkeys(name for outcome in open_ones for name in outcome.missing))
    possible = {floor} | {level for o in open_ones for level in o.possible if level.rank <= floor.rank}
    return Verdict(
        level=top,
        resolved=resolved,
        could_be=() if resolved else tuple(sorted(possible, key=lambda level: level.rank)),
        otherwise=most_severe(outcome.otherwise for outcome in outcomes),
        question=_question(missing, open_ones),
        missing=missing,
        main=main,
        also=tuple(also.values()),
    )


def _preference(outcome: Outcome, *, resolved: bool) -> tuple[object, ...]:
    """Order of the rows of a pair: the one that decides the level first, then the most precise."""
    decides = outcome.floor if resolved else outcome.top
    hit = outcome.hit
    return (decides.rank, outcome.top.rank, -hit.specificity, hit.row.source, hit.breadth, hit.row.id)


def _question(missing: tuple[str, ...], open_ones: tuple[Outcome, ...]) -> Text | None:
    """The questions on missing data, and the row to read where no rule resolves its levels."""
    asked = question_for(missing) or {"fr": "", "en": ""}
    unruled = [_read_the_row(outcome) for outcome in open_ones if not outcome.hit.steps]
    texts = {language: " ".join(filter(None, [asked[language], *(t[language] for t in unruled)])) for language in asked}
    return texts if texts["en"] else None


def _read_the_row(outcome: Outcome) -> Text:
    row = outcome.hit.row
    french, english = (", ".join(LEVEL_NAMES[level][language] for level in row.levels) for language in ("fr", "en"))
    page = "" if row.page is None else f"p.\u00a0{row.page}, "
    return {
        "fr": f"Niveau à préciser dans le thésaurus ({page}{french})\u00a0: lequel s’applique à ce patient\u202f?",
        "en": f"Level to be settled in the thesaurus ({page}{english}): which one applies to this patient?",
    }


def _also(outcome: Outcome) -> Also:
    row = outcome.hit.row
    return Also(row.id, outcome.top, row.levels, outcome.hit.matched, row.page, row.source)
