"""The worklist of reviews: who waits for what, gravest first; and how often physicians followed."""

from dataclasses import dataclass
from datetime import date
from re import sub
from statistics import median
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from epione.identity.public import members_of
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.kit import charts
from epione.kernel.kit.formats import duration, measure
from epione.medications.public import load_thesaurus
from epione.patients.public import PatientCard, cards, closed_to
from epione.prescriptions.public import treatment_of

from . import queries
from .domain.other_findings import SCORE_WORDS
from .domain.pathway import Step
from .domain.snapshot import LEVELS
from .providers.rules import rule_book
from .queries import ReviewView
from .words import level_heading

STEP_NAMES = {
    Step.ADHESION: gettext_lazy("Adhesion"),
    Step.COLLECTION: gettext_lazy("Collection"),
    Step.ANALYSIS: gettext_lazy("Analysis"),
    Step.INTERVIEW: gettext_lazy("Interview"),
    Step.FOLLOW_UP: gettext_lazy("Follow-up at 6 months"),
}
PAGES = {
    Step.ADHESION: "medication_reviews:collection",
    Step.COLLECTION: "medication_reviews:collection",
    Step.ANALYSIS: "medication_reviews:analysis",
    Step.INTERVIEW: "medication_reviews:interview",
    Step.FOLLOW_UP: "medication_reviews:follow-up",
}


def names_of(practice_id: UUID) -> dict[UUID, str]:
    """Names of the members of a practice, by id."""
    return {person.id: person.name for person in members_of(practice_id)}


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One review under way in the worklist."""

    review: ReviewView
    patient: PatientCard
    lines: int
    bar: SafeString
    step: str
    url: str
    waiting: int
    late: bool
    author: str


def counts_bar(counts: dict[str, int]) -> SafeString:
    """The findings of a patient as small bars, said in words for those who do not see them."""
    said = [f"{counts[level]} {level_heading(level, counts[level])}" for level in LEVELS if counts.get(level)]
    return charts.findings_bar(counts, ", ".join(said)) if said else SafeString("")


def _row(review: ReviewView, patient: PatientCard, counts: dict[str, int], by: Actor, today: date) -> WorkRow:
    since = review.steps[-1].on if review.steps else review.opened_at.date()
    waiting = (today - since).days
    due = review.follow_up_due
    late = waiting > 7 if review.next is not Step.FOLLOW_UP else bool(due and due < today)
    return WorkRow(
        review=review,
        patient=patient,
        lines=len(treatment_of(by.practice_id, review.patient_id).current()),
        bar=counts_bar(counts),
        step=str(STEP_NAMES[review.next]) if review.next else "",
        url=reverse(PAGES[review.next or Step.FOLLOW_UP], args=[review.id]),
        waiting=waiting,
        late=late,
        author=names_of(by.practice_id).get(review.author_id, ""),
    )


def worklist(by: Actor, *, mine: bool) -> list[WorkRow]:
    """Reviews under way, gravest first."""
    reviews = [r for r in queries.open_reviews(by.practice_id, closed_to(by)) if not mine or r.author_id == by.id]
    counts = queries.latest_counts(by.practice_id, [review.id for review in reviews])
    people = cards(by.practice_id, [review.patient_id for review in reviews])
    today = clock.today()
    rows = [
        _row(review, people[review.patient_id], counts.get(review.id, {}), by, today)
        for review in reviews
        if review.patient_id in people and not people[review.patient_id].deleted_at
    ]

    def gravity(row: WorkRow) -> list[int]:
        found = counts.get(row.review.id, {})
        return [-found.get(level, 0) for level in ("ci", "ad", "pe", "apc")]

    return sorted(rows, key=gravity)


def _side(name: str) -> str:
    """One side of a row of the thesaurus, whose classes are printed in capitals; enzymes keep theirs."""
    return sub(r"\bcyp\w+", lambda found: found[0].upper(), name.replace("'", "’").lower())


def _rule_words(rule: str) -> str:
    """A rule as people read it: the title of the criterion, or both sides of the row of the thesaurus."""
    lang = "en" if (get_language() or "fr").startswith("en") else "fr"
    criterion = rule_book().by_id.get(rule)
    if criterion is not None:
        return criterion.title[lang]
    if rule in SCORE_WORDS:
        return SCORE_WORDS[rule][lang]
    sides = load_thesaurus().title_of(rule)
    if sides is None:
        return rule.replace("-", "\u00a0", 1).replace("-", " ")
    said = " + ".join(_side(name) for name in sides)
    return said[:1].upper() + said[1:]


def acceptance(by: Actor) -> dict[str, Any] | None:
    """Share of the recommendations that physicians followed, with one bar for each rule."""
    found = queries.acceptance(by.practice_id)
    if not found:
        return None
    yes, total = sum(one[1] for one in found), sum(one[2] for one in found)
    bars = [charts.Bar(_rule_words(rule), good, n, str(good), str(n)) for rule, good, n in found[:6]]
    label = _("%(yes)s of %(total)s recommendations were followed") % {"yes": yes, "total": total}
    return {
        "share_text": measure(round(100 * yes / total), "%"),
        "sentence": label,
        "drawing": charts.bars(bars, label),
    }


def time_spent(by: Actor) -> list[tuple[str, str]] | None:
    """Median time of work on each step, in words, over the reviews of the practice; None before the first measure."""
    found = queries.seconds_by_step(by.practice_id)
    if not found:
        return None
    return [
        (str(STEP_NAMES[step]), duration(max(round(median(found[step.value]) / 60), 1)))
        for step in Step
        if step.value in found
    ]
