"""What to ask when a rule cannot be decided: the exact datum, and how many findings it settles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .chart import Text


@dataclass(frozen=True, slots=True)
class Question:
    """One missing datum.

    `key` names it (`obs:egfr`, `flag:recurrent_falls`, `line:3:start`, `age`...), `unit` is the unit of the answer,
    `lines` the treatment lines it is about. `criteria` are the findings that need it, `settles` how many of them need
    nothing else.
    """

    key: str
    text: Text
    unit: str = ""
    lines: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    settles: int = 0


def rank_questions(needs: Iterable[tuple[str, Sequence[Question]]]) -> tuple[Question, ...]:
    """Merge what each finding needs; the question that settles most comes first."""
    asked: dict[str, Question] = {}
    criteria: dict[str, list[str]] = {}
    alone: dict[str, int] = {}
    for finding, questions in needs:
        for question in questions:
            asked.setdefault(question.key, question)
            criteria.setdefault(question.key, []).append(finding)
        if len(questions) == 1:
            alone[questions[0].key] = alone.get(questions[0].key, 0) + 1
    merged = [
        Question(key, one.text, one.unit, one.lines, tuple(dict.fromkeys(criteria[key])), alone.get(key, 0))
        for key, one in asked.items()
    ]
    return tuple(sorted(merged, key=lambda one: (-one.settles, -len(one.criteria), one.key)))
