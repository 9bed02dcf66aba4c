"""The pathway of a medication review (bilan partagé de médication): its steps, their order, what each needs.

First year: adhesion, collection, analysis, interview with the patient, follow-up at six months. Following years: an
updated analysis and the follow-up. Source: convention of the pharmacists, avenant 1 of June 2024 (as summed up by the
health insurance).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

FOLLOW_UP_AFTER = timedelta(days=182)
NEXT_YEAR_AFTER = timedelta(days=365)


class Step(StrEnum):
    """A dated step, signed by its author."""

    ADHESION = "adhesion"
    COLLECTION = "collection"
    ANALYSIS = "analysis"
    INTERVIEW = "interview"
    FOLLOW_UP = "follow_up"


FIRST_YEAR = (Step.ADHESION, Step.COLLECTION, Step.ANALYSIS, Step.INTERVIEW, Step.FOLLOW_UP)
FOLLOWING_YEARS = (Step.COLLECTION, Step.ANALYSIS, Step.FOLLOW_UP)


class Decision(StrEnum):
    """What the pharmacist makes of a finding."""

    ACCEPTED = "accepted"
    ADAPTED = "adapted"
    REJECTED = "rejected"
    FREE = "free"


class Answer(StrEnum):
    """What the physician answers to a recommendation."""

    FOLLOWED = "followed"
    PARTLY = "partly"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a step cannot be done: a code, and the step that must come first if that is the reason."""

    code: str
    first: Step | None = None


def steps_of(year: int) -> tuple[Step, ...]:
    """The steps of a year of the programme, in order."""
    return FIRST_YEAR if year == 1 else FOLLOWING_YEARS


def next_step(year: int, done: Collection[Step]) -> Step | None:
    """The step to do now; None when the year is complete."""
    return next((step for step in steps_of(year) if step not in done), None)


def refusal(year: int, done: Collection[Step], step: Step) -> Refused | None:
    """Why `step` cannot be done now; None when it is the next one."""
    expected = next_step(year, done)
    if step in done:
        return Refused("done")
    if expected is None or step not in steps_of(year):
        return Refused("not-of-this-year")
    return None if step is expected else Refused("too-early", expected)


def follow_up_due(interview_on: date) -> date:
    """The day from which the follow-up of adherence is expected: about six months after the interview."""
    return interview_on + FOLLOW_UP_AFTER


def next_year_due(started_on: date) -> date:
    """The day from which the next year of the programme may begin."""
    return started_on + NEXT_YEAR_AFTER
