"""Interactions as the pages show them: level, coded sentences, source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from epione.kernel.kit.formats import language
from epione.medications.domain.drug import TreatmentLine
from epione.medications.domain.drug_interactions import Listed
from epione.medications.domain.interactions_results import PairResult, Unlisted
from epione.medications.domain.interactions_routes import typed_route
from epione.medications.domain.interactions_rows import ANSM
from epione.medications.domain.levels import Level
from epione.medications.domain.vocabulary import Lang
from epione.medications.public import (
    Match,
    Wording,
    ansm,
    load_catalogue,
    load_thesaurus,
    load_vocabulary,
    thesaurus_text,
)


@dataclass(frozen=True, slots=True)
class Said:
    """Why two entities interact and what to do, in our own sentences."""

    why: str
    what: str


@dataclass(frozen=True, slots=True)
class Interaction:
    """One interaction of a sheet."""

    other: str
    own: str
    levels: Sequence[str]
    said: Said
    source: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two medicines of the checker: an alert, or the sentence that says why there is none."""

    names: tuple[str, str]
    level: str
    levels: Sequence[str]
    said: Said
    source: str
    could_be: Sequence[str]
    question: str
    missing: Sequence[str]
    also: Sequence[tuple[str, str]]
    unlisted: str
    wording: Wording | None


def lang() -> Lang:
    """The language of the page."""
    return "fr" if language() == "fr" else "en"


def entity_name(key: str) -> str:
    """An entity in words: a substance with its accents, as the catalogue writes it, a class as the thesaurus does."""
    entities: Mapping[str, Any] = ansm()["entities"]
    if key not in entities:
        return key
    named = str(entities[key]["name"])
    if entities[key]["kind"] == "class":
        return named.capitalize()
    found = load_catalogue().substance(named)
    accented = found is not None and key in found.ingredients[0].entities
    return found.name.lower() if found is not None and accented else named.lower()


def said_of(a: str, b: str, names: tuple[str, str], substances: Sequence[str], level: Level | None) -> Said:
    """The sentences of a row; empty when nothing is coded for it."""
    vocabulary = load_vocabulary()
    facts = vocabulary.facts_of(a, b)
    if facts is None:
        return Said("", "")
    narrowed = facts.narrowed(frozenset(substances))
    why, what = vocabulary.sentences(narrowed, lang(), *names, level=level.value if level else None)
    return Said(" ".join(why), " ".join(what))


def source_of(source: str, edition: str, page: int | None, basis: str) -> str:
    """Where an interaction was read."""
    if source != ANSM:
        return basis or _("Epione, after the official monographs")
    if page is None:
        return _("ANSM thesaurus, edition %(edition)s") % {"edition": edition}
    return _("ANSM thesaurus, edition %(edition)s, p. %(page)s") % {"edition": edition, "page": page}


def interaction_of(listed: Listed, edition: str) -> Interaction:
    """One row for a sheet."""
    row = listed.row
    names = (entity_name(listed.substance), entity_name(listed.other))
    said = said_of(listed.own, listed.other, names, [listed.substance], None)
    own = entity_name(listed.own) if listed.own != listed.substance else ""
    levels = [level.value.lower() for level in row.levels]
    return Interaction(names[1], own, levels, said, source_of(row.source, edition, row.page, row.basis))


def pair_of(one: Match, other: Match, known: Mapping[str, object]) -> Pair:
    """What the thesaurus says of two medicines."""
    lines = [
        TreatmentLine(match.text, match.line_drug, route=typed_route(match.text, match.line_drug))
        for match in (one, other)
    ]
    result = load_thesaurus().explain_pair(lines[0], lines[1], known)
    names = (lines[0].drug.name, lines[1].drug.name)
    if isinstance(result, Unlisted):
        return _nothing(names, str(result.text[lang()]))
    sides = result.sides
    substances = [side.substance for side in sides]
    return Pair(
        names=names,
        level=result.level.value.lower(),
        levels=[level.value.lower() for level in result.levels],
        said=said_of(
            sides[0].matched,
            sides[1].matched,
            (entity_name(substances[0]), entity_name(substances[1])),
            substances,
            result.level,
        ),
        source=source_of(result.source, result.edition, result.page, result.basis),
        could_be=[level.value.lower() for level in result.could_be],
        question=str(result.question[lang()]) if result.question else "",
        missing=result.missing,
        also=_also(result),
        unlisted="",
        wording=thesaurus_text(*result.rows),
    )


def _also(result: PairResult) -> list[tuple[str, str]]:
    return [
        (also.level.value.lower(), f"{entity_name(also.matched[0])} + {entity_name(also.matched[1])}")
        for also in result.also
    ]


def _nothing(names: tuple[str, str], sentence: str) -> Pair:
    return Pair(names, "", (), Said("", ""), "", (), "", (), (), sentence, None)
