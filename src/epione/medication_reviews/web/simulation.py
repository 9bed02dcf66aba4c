"""Et si…: stop, substitute, change a dose, set a value; and the smallest changes that clear the gravest findings."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import isclose
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from epione.identity.public import signed_in
from epione.kernel import clock
from epione.kernel.kit import charts
from epione.kernel.kit.formats import number
from epione.kernel.kit.marks import LEVEL_WORDS
from epione.medication_reviews import services
from epione.medication_reviews.charting import chart_of
from epione.medication_reviews.domain.chart import Chart
from epione.medication_reviews.domain.findings import Finding, Status
from epione.medication_reviews.domain.measures import derived_observations
from epione.medication_reviews.domain.rhythm import WEEKLY, Rhythm, rhythm_of
from epione.medication_reviews.domain.smallest_change import Proposal, smallest_changes
from epione.medication_reviews.domain.whatif import (
    Change,
    Difference,
    ImpossibleChange,
    SetDose,
    SetObservation,
    Stop,
    Substitute,
)
from epione.medication_reviews.domain.whatif import (
    what_if as simulate,
)
from epione.medication_reviews.providers.knowledge import load_knowledge, load_substitutes
from epione.medications.public import TreatmentLine

from .cards import LEVELS, language
from .pages import READ, WRITE, actor_of, frame

MOST_LINES = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a simulation shows: the total before and after, the squares, what goes and what comes."""

    before: int
    after: int
    squares: SafeString
    gone: tuple[str, ...]
    new: tuple[str, ...]
    sentence: str


def _firing(findings: Sequence[Finding], level: str) -> int:
    return sum(1 for one in findings if one.level == level and one.status is Status.FIRES)


def outcome(difference: Difference) -> Outcome:
    """A difference in figures, squares and titles."""
    lang = language()
    before, after = difference.before.findings, difference.after.findings
    lines = [
        charts.Squares(level, str(LEVEL_WORDS[level]), _firing(before, level), _firing(after, level))
        for level in LEVELS
    ]
    fired = [one for one in difference.appeared if one.status is Status.FIRES]
    # What was only to be confirmed and now fires is new to the reader, and the reverse.
    fired += [now for was, now in difference.changed if now.status is Status.FIRES and was.status is not Status.FIRES]
    gone = [one for one in difference.disappeared if one.status is Status.FIRES]
    gone += [was for was, now in difference.changed if was.status is Status.FIRES and now.status is not Status.FIRES]
    facts = {
        "before": sum(line.before for line in lines),
        "after": sum(line.after for line in lines),
        "new": len(fired),
    }
    sentence = _("%(before)s findings before, %(after)s after, %(new)s new") % facts
    return Outcome(
        facts["before"],
        facts["after"],
        charts.squares(lines, sentence),
        tuple(one.title[lang] for one in gone),
        tuple(one.title[lang] for one in fired),
        sentence,
    )


def _number(text: str) -> float | None:
    try:
        return float("".join(text.replace(",", ".").split()))
    except ValueError:
        return None


def _same(dose: float, present: float | None) -> bool:
    """Whether a typed dose is the present one: the field shows six digits of it."""
    return present is not None and isclose(dose, present, rel_tol=1e-4)


@dataclass(frozen=True, slots=True)
class Simulated:
    """A line of the treatment in the form: its name, and its dose in milligrams as the field shows it.

    The dose is that of a day, or of a take when the medicine is not taken every day: `rhythm` then says how often.
    """

    id: str
    name: str
    dose: str
    rhythm: str = ""


def form_facts(chart: Chart) -> dict[str, Any]:
    """What the form of the simulation starts from: the lines with their doses, and today's filtration."""
    measured = {code: one for code in ("creatinine", "egfr") if (one := chart.latest(code))}
    egfr = derived_observations(chart, measured).get("egfr") or measured.get("egfr")
    return {
        "sim": [_simulated(line) for line in chart.active_lines()[:MOST_LINES]],
        "egfr": round(egfr.value) if egfr else None,
    }


def _simulated(line: TreatmentLine) -> Simulated:
    rhythm, dose = rhythm_of(line), _dose_of(line)
    comma = "," if language() == "fr" else "."
    return Simulated(
        line.id,
        line.drug.short,
        f"{dose:g}".replace(".", comma) if dose else "",
        rhythm_words(rhythm) if rhythm else "",
    )


def _dose_of(line: TreatmentLine) -> float | None:
    """Milligrams of a day, or of a take of what is not taken every day."""
    rhythm = rhythm_of(line)
    return line.daily_mg if rhythm is None or line.daily_mg is None else rhythm.per_take(line.daily_mg)


def changes_from(request: HttpRequest, lines: Sequence[TreatmentLine]) -> list[Change]:
    """The changes asked by the form: lines stopped, doses (of a day or of a take), simulated filtration."""
    changes: list[Change] = []
    for line in lines[:MOST_LINES]:
        dose = _number(request.POST.get(f"dose_{line.id}", ""))
        if request.POST.get(f"line_{line.id}") == "stop":
            changes.append(Stop(line.id))
        elif dose is not None and not _same(dose, _dose_of(line)):
            rhythm = rhythm_of(line)
            changes.append(SetDose(line.id, rhythm.daily_mg(dose) if rhythm else dose, rhythm))
    egfr = _number(request.POST.get("egfr", ""))
    if egfr is not None:
        changes.append(SetObservation("egfr", egfr))
    return changes


def _chart(request: HttpRequest, review_id: UUID) -> tuple[Any, Chart]:
    by = actor_of(request)
    review = services.open_review(review_id=review_id, by=by)
    return review, chart_of(by.practice_id, review.patient_id, clock.today())


@signed_in(READ)
def what_if(request: HttpRequest, review_id: UUID) -> HttpResponseBase:
    """Simulate and show what appears and disappears; nothing is written."""
    review, chart = _chart(request, review_id)
    lines = chart.active_lines()
    context: dict[str, Any] = {"review": review, "sim_lines": lines, "posted": request.POST}
    try:
        changes = changes_from(request, lines)
        context["outcome"] = outcome(simulate(chart, load_knowledge(), changes)) if changes else None
        context["changes"] = [_said(change, _names(chart)) for change in changes]
        context["stopped"] = {change.line for change in changes if isinstance(change, Stop)}
    except ImpossibleChange:
        context["impossible"] = True
    if request.headers.get("HX-Request"):
        return render(request, "medication_reviews/outcome.html", context)
    return render(request, "medication_reviews/what_if_page.html", frame(review, actor_of(request)) | context)


def rhythm_words(rhythm: Rhythm) -> str:
    """How often a medicine that is not taken every day is taken."""
    facts = {"takes": rhythm.takes, "days": rhythm.days}
    if rhythm == WEEKLY:
        return _("once a week")
    if rhythm.days == WEEKLY.days:
        return _("%(takes)s times a week") % facts
    return (_("once every %(days)s days") if rhythm.takes == 1 else _("%(takes)s times in %(days)s days")) % facts


def _rhythm_dose(name: str, daily_mg: float, rhythm: Rhythm) -> str:
    facts = {
        "drug": name,
        "dose": number(round(rhythm.per_take(daily_mg), 2)),
        "rhythm": rhythm_words(rhythm),
        "week": number(round(daily_mg * WEEKLY.days, 2)),
    }
    if rhythm == WEEKLY:
        return _("%(drug)s: %(dose)s mg a week, never a day") % facts
    if rhythm.days > WEEKLY.days:
        return _("%(drug)s: %(dose)s mg a take, %(rhythm)s") % facts
    return _("%(drug)s: %(dose)s mg a take, %(rhythm)s (%(week)s mg a week)") % facts


def _said(change: Change, names: dict[str, str]) -> str:
    """A simulated change, in words."""
    if isinstance(change, SetObservation):
        return _("eGFR %(value)s mL/min") % {"value": number(change.value)}
    return change_words(change, names)


def change_words(change: Change, names: dict[str, str]) -> str:
    """A change as a person says it."""
    if isinstance(change, Stop):
        return _("Stop %(drug)s") % {"drug": names.get(change.line, "")}
    if isinstance(change, SetDose):
        name = names.get(change.line, "")
        if change.rhythm:
            return _rhythm_dose(name, change.daily_mg, change.rhythm)
        return _("%(drug)s: %(dose)s mg a day") % {"drug": name, "dose": number(change.daily_mg)}
    if isinstance(change, Substitute):
        return f"{names.get(change.line, '')} → {change.drug.spoken}"
    return ""


def cost_words(change: Change, purposes: dict[str, str]) -> str:
    """What a change costs beyond the findings that it opens, in a few words."""
    if isinstance(change, Stop):
        purpose = purposes.get(change.line, "")
        return _("no treatment left for: %(purpose)s") % {"purpose": purpose} if purpose else _("indication unknown")
    return _("effect to watch") if isinstance(change, SetDose) else _("new medicine, dose to choose")


@dataclass(frozen=True, slots=True)
class Offer:
    """A proposal in words; `key` names its changes, so that no other set is adopted in its place."""

    key: str
    gestures: tuple[str, ...]
    costs: tuple[str, ...]
    clears: int
    opens: tuple[str, ...]
    outcome: Outcome


def _mark(change: Change) -> str:
    if isinstance(change, Substitute):
        return f"substitute {change.line} {change.drug.cis or change.drug.name}"
    return repr(change)


def _key(proposal: Proposal) -> str:
    return sha256("\n".join(map(_mark, proposal.changes)).encode()).hexdigest()[:16]


def _offer(proposal: Proposal, chart: Chart) -> Offer:
    lang = language()
    names, purposes = _names(chart), {line.id: line.indication for line in chart.lines}
    # The engine tells the cost of each change first, in whole sentences, then the indications left uncovered.
    uncovered = [text[lang] for text in proposal.costs[len(proposal.changes) :]]
    costs = [cost_words(change, purposes) for change in proposal.changes]
    return Offer(
        _key(proposal),
        tuple(change_words(change, names) for change in proposal.changes),
        tuple(dict.fromkeys([*costs, *uncovered])),
        len(proposal.clears),
        tuple(one.title[lang] for one in proposal.opens),
        outcome(proposal.difference),
    )


def _names(chart: Chart) -> dict[str, str]:
    return {line.id: line.drug.short for line in chart.lines}


@signed_in(READ)
def smallest(request: HttpRequest, review_id: UUID) -> HttpResponseBase:
    """The smallest sets of changes that clear every contra-indication and discouraged association."""
    review, chart = _chart(request, review_id)
    found = smallest_changes(chart, load_knowledge(), load_substitutes())
    offers = [_offer(proposal, chart) for proposal in found.proposals]
    context = {"review": review, "offers": offers, "targets": len(found.targets), "exhausted": found.exhausted}
    if request.headers.get("HX-Request"):
        return render(request, "medication_reviews/offers.html", context)
    return render(request, "medication_reviews/offers_page.html", frame(review, actor_of(request)) | context)


@require_POST
@signed_in(WRITE)
def adopt(request: HttpRequest, review_id: UUID) -> HttpResponseBase:
    """Put a proposal into the letter as the pharmacist's own recommendation; the treatment itself is not touched."""
    by = actor_of(request)
    _review, chart = _chart(request, review_id)
    found = smallest_changes(chart, load_knowledge(), load_substitutes())
    names = _names(chart)
    wanted = request.POST.get("offer", "")
    proposal = next((one for one in found.proposals if _key(one) == wanted), None)
    if proposal is None:
        messages.error(request, _("The treatment has changed since: look for the smallest change again."))
    else:
        # The letter is in French, whatever the language of the page.
        with override("fr"):
            title = _("Smallest change proposed")
            text = "\u202f; ".join(change_words(change, names) for change in proposal.changes)
        services.recommend(review_id=review_id, title=title, text=text, by=by)
        messages.success(request, _("Added to your recommendations."))
    return redirect(f"{reverse('medication_reviews:analysis', args=[review_id])}#own")
