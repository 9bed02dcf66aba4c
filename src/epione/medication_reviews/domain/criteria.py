"""Evaluating the criteria on a chart: which fire, which are to be confirmed, why, and what to ask."""

from collections.abc import Iterable
from dataclasses import dataclass

from epione.medications.domain.drug import TreatmentLine

from .facts import Facts
from .leaves import Leaf, ObsLeaf
from .logic import FALSE, TRUE, UNKNOWN
from .questions import Question
from .rulebook import Criterion, Node, RuleBook


class _Support:
    """The leaves that decide a criterion: those that are true, those whose absence counts, those still open."""

    __slots__ = ("absent", "open", "true")

    def __init__(self) -> None:
        self.true: list[Leaf] = []
        self.absent: list[Leaf] = []
        self.open: list[Leaf] = []


@dataclass(slots=True)
class Outcome:
    """A criterion that fires, or that would if the answers to `questions` were what they should not be.

    `background` says that nothing of the patient points to it yet: only its questions would tell.
    """

    criterion: Criterion
    facts: Facts
    fires: bool
    questions: tuple[Question, ...]
    lines: tuple[TreatmentLine, ...]
    background: bool
    _support: _Support

    @property
    def status(self) -> str:
        """`fires` or `to_confirm`."""
        return "fires" if self.fires else "to_confirm"

    def why(self, language: str) -> str:
        """The facts that speak for it, in words."""
        facts, support = self.facts, self._support
        parts = [leaf.evidence(facts, language) for leaf in support.true]
        parts += [leaf.absence(facts, language) for leaf in support.absent]
        separator = "\u202f; " if language == "fr" else "; "
        return separator.join(part for part in dict.fromkeys(parts) if part) or self.criterion.title[language]

    def measured(self) -> list[str]:
        """The measurements it relies on."""
        return [leaf.code for leaf in self._support.true if isinstance(leaf, ObsLeaf)]


def evaluate(book: RuleBook, facts: Facts, *, include_opt_in: bool = False) -> list[Outcome]:
    """The criteria that fire or are to be confirmed, in the order of the publication.

    Opt-in criteria (no indication, duration, missing drug) are asked on demand; they fire when their fact is given.
    """
    found = []
    for criterion in book.candidates(facts):
        value = criterion.root.test(facts)
        if value == TRUE or (value == UNKNOWN and (include_opt_in or not criterion.opt_in)):
            found.append(_outcome(criterion, facts, value))
    return found


def statuses(book: RuleBook, facts: Facts) -> dict[str, str]:
    """Status of every criterion that is not false, opt-in ones included."""
    return {one.criterion.id: one.status for one in evaluate(book, facts, include_opt_in=True)}


def _outcome(criterion: Criterion, facts: Facts, value: int) -> Outcome:
    # The first child is the lower age bound, which every criterion has and no reader needs to be told.
    age, rule = criterion.root.children
    support = _Support()
    _collect(rule, facts, value if facts.age is not None else rule.test(facts), support)
    if facts.age is None and age.leaf is not None:
        support.open.append(age.leaf)
    questions = {question.key: question for leaf in support.open for question in leaf.questions(facts)}
    lines = {line.id: line for leaf in support.true for line in leaf.lines(facts)}
    asked_about = {line_id for question in questions.values() for line_id in question.lines}
    if not asked_about <= lines.keys():
        lines |= {line.id: line for line in facts.lines if line.id in asked_about}
    background = value == UNKNOWN and not support.true and not lines
    return Outcome(
        criterion, facts, value == TRUE, tuple(questions.values()), tuple(lines.values()), background, support
    )


def _collect(node: Node, facts: Facts, value: int, support: _Support) -> None:
    """What speaks for a node of this value, and what keeps it open."""
    if value == FALSE:
        return
    if node.leaf is not None:
        (support.true if value == TRUE else support.open).append(node.leaf)
    elif node.kind == "not":
        child = node.children[0]
        if value == TRUE:
            support.absent += _false_leaves(child, facts)
        else:
            _collect_open(child, facts, support)
    else:
        for child in node.children:
            found = child.test(facts)
            if found >= value:  # what a true node leaves unknown no longer matters
                _collect(child, facts, found, support)


def _collect_open(node: Node, facts: Facts, support: _Support) -> None:
    """The unknown leaves under a negation; what is true there speaks against the criterion and is not told."""
    if node.test(facts) != UNKNOWN:
        return
    if node.leaf is not None:
        support.open.append(node.leaf)
    for child in node.children:
        _collect_open(child, facts, support)


def _false_leaves(node: Node, facts: Facts) -> Iterable[Leaf]:
    """The leaves of a false node that are false themselves."""
    if node.leaf is not None:
        if node.leaf(facts) == FALSE:
            yield node.leaf
    else:
        for child in node.children:
            yield from _false_leaves(child, facts)
