"""Evaluating the criteria on a chart: which fire, which are to be confirmed, why, and what to ask."""

from collections.abc import Iterable
from dataclasses import dataclass

from epione.medications.domain.drug import TreatmentLine

from .facts import Facts
from .leaves import Evidence, Leaf
from .logic import FALSE, TRUE, UNKNOWN
from .questions import Question
from .rulebook import Criterion, Node, RuleBook


@dataclass(frozen=True, slots=True)
class Outcome:
    """A criterion that fires, or that would if the answers to `questions` were what they should not be."""

    criterion: Criterion
    fires: bool
    evidence: tuple[Evidence, ...]
    questions: tuple[Question, ...]
    lines: tuple[TreatmentLine, ...]

    @property
    def status(self) -> str:
        """`fires` or `to_confirm`."""
        return "fires" if self.fires else "to_confirm"


def evaluate(book: RuleBook, facts: Facts, *, include_opt_in: bool = False) -> list[Outcome]:
    """The criteria that fire or are to be confirmed, in the order of the publication.

    Opt-in criteria (no indication, duration, missing drug) are asked only on demand; they fire when their fact is given.
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
    evidence = tuple(_support(rule, facts))
    open_leaves = list(_open(rule, facts)) if value == UNKNOWN else []
    if age.test(facts) == UNKNOWN:
        open_leaves += _open(age, facts)
    questions = tuple({q.key: q for leaf in open_leaves for q in leaf.questions(facts)}.values())
    lines = {line.id: line for one in evidence for line in one.lines}
    asked_about = {line_id for question in questions for line_id in question.lines}
    lines |= {line.id: line for line in facts.lines if line.id in asked_about}
    return Outcome(criterion, value == TRUE, evidence, questions, tuple(lines.values()))


def _support(node: Node, facts: Facts) -> Iterable[Evidence]:
    """What speaks for a node: the evidence of its true parts."""
    value = node.test(facts)
    if value == FALSE:
        return
    if node.leaf is not None:
        found = node.leaf.evidence(facts) if value == TRUE else None
        if found is not None:
            yield found
    elif node.kind == "not":
        if value == TRUE:
            yield from _absences(node.children[0], facts)
    else:
        for child in node.children:
            yield from _support(child, facts)


def _absences(node: Node, facts: Facts) -> Iterable[Evidence]:
    """What is worth saying of a node that is false."""
    for leaf in _leaves(node):
        if leaf(facts) == FALSE:
            found = leaf.absence(facts)
            if found is not None:
                yield found


def _leaves(node: Node) -> Iterable[Leaf]:
    if node.leaf is not None:
        yield node.leaf
    for child in node.children:
        yield from _leaves(child)


def _open(node: Node, facts: Facts) -> Iterable[Leaf]:
    """The unknown leaves that keep a node unknown."""
    if node.test(facts) != UNKNOWN:
        return
    if node.leaf is not None:
        yield node.leaf
    for child in node.children:
        yield from _open(child, facts)
