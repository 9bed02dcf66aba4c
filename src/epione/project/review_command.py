"""What `epione medication review` does: reads files of cases, reviews each, prints one answer per case."""

import gc
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from epione.fhir.domain.bundle_case import case_from_bundle
from epione.medication_reviews.domain.case import BadCase
from epione.medication_reviews.domain.case_files import (
    MOST_BYTES,
    decode,
    json_lines,
    kind_of,
    read_csv,
    read_json,
    refuse,
    with_settings,
)
from epione.medication_reviews.domain.case_json import read_case
from epione.medication_reviews.domain.export import error_facts, review_facts
from epione.medication_reviews.domain.knowledge import Knowledge
from epione.medication_reviews.domain.matching import MatchedCase, match_case
from epione.medication_reviews.domain.review import Options, Review, review
from epione.medication_reviews.providers.rules import rule_book
from epione.medications.providers.memory import load_catalogue, resolve_code, resolve_medication
from epione.medications.providers.thesaurus import load_scales, load_thesaurus
from epione.medications.providers.words import load_vocabulary
from epione.patients.domain.observations import measure_of


@dataclass(frozen=True, slots=True)
class Request:
    """What the caller asked: day of the review, language, data given by hand, criteria for everybody or not."""

    on: date
    language: str
    settings: dict[str, str]
    options: Options


@dataclass(frozen=True, slots=True)
class Answer:
    """One case: its review, or what is wrong with it."""

    facts: dict[str, Any]
    review: Review | None = None
    matched: MatchedCase | None = None

    @property
    def bad(self) -> bool:
        """Whether the case could not be reviewed."""
        return self.review is None


class Reviewer:
    """Reviews cases with the editions in use; names are resolved once in a run."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._knowledge = Knowledge(rule_book(), load_thesaurus(), load_scales(), load_catalogue(), load_vocabulary())
        self._editions = {edition.table: edition.edition for edition in load_catalogue().editions}
        self._resolve = lru_cache(maxsize=50_000)(resolve_medication)
        self._resolve_code = lru_cache(maxsize=50_000)(resolve_code)
        gc.collect()
        gc.freeze()  # the tables live until the end: the collector need not walk them at each case

    def answer(self, values: Any, number: int | None = None) -> Answer:
        """The answer to one parsed case."""
        case_id = str(values.get("id") or "") if isinstance(values, dict) else ""
        try:
            return self._reviewed(values)
        except BadCase as error:
            return Answer(error_facts(error.faults, self._request.language, case_id, number))

    def _reviewed(self, values: Any) -> Answer:
        request, book = self._request, self._knowledge.book
        if isinstance(values, dict) and values.get("resourceType"):
            values = case_from_bundle(values)
        if isinstance(values, dict) and request.settings:
            _check_settings(request.settings, book.flags)
            values = with_settings(values, request.settings, book.flags, request.on.isoformat())
        matched = match_case(
            read_case(values, on=request.on, units=book.units, flags=book.flags), self._resolve, self._resolve_code
        )
        found = review(matched.chart, self._knowledge, request.options)
        return Answer(review_facts(found, matched, request.language, self._editions), found, matched)


def _check_settings(settings: dict[str, str], flags: frozenset[str]) -> None:
    known = {"age", "birth_date", "sex", "weight_kg", "height_cm", "complete"} | flags
    for name in settings:
        if name not in known and measure_of(name) is None:
            raise refuse(f"donnée inconnue\u00a0: {name}", f"unknown datum: {name}", "--set")


def read_input(name: str) -> bytes:
    """The content of a file or of the standard input (`-`). Raises BadCase on a missing or too big one, unread."""
    if name == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    path = Path(name)
    if not path.is_file():
        raise refuse(f"fichier introuvable\u00a0: {name}", f"no such file: {name}")
    size = path.stat().st_size
    if size > MOST_BYTES:
        limit = MOST_BYTES // (1024 * 1024)
        raise refuse(
            f"fichier de {size // (1024 * 1024)}\u00a0Mo\u00a0: refusé au-delà de {limit}\u00a0Mo",
            f"file of {size // (1024 * 1024)} MB: refused above {limit} MB",
        )
    return path.read_bytes()


def parsed_cases(name: str, content: bytes) -> tuple[bool, Iterator[tuple[int, Any]], str]:
    """Whether there are several cases, the cases with their line, and the encoding. Raises BadCase."""
    text, encoding = decode(content)
    kind = kind_of(name, text)
    if kind == "csv":
        return False, iter([(1, read_csv(text))]), encoding
    if kind == "json":
        values = read_json(text)
        if isinstance(values, list):
            return True, iter(enumerate(values, start=1)), encoding
        return False, iter([(1, values)]), encoding
    return True, ((number, _line(line)) for number, line in json_lines(text)), encoding


def _line(line: str) -> Any:
    """A parsed line of JSON Lines; an unreadable one is given as its text, which no case is."""
    try:
        return read_json(line)
    except BadCase:
        return line


def as_text(answer: Answer) -> str:
    """The answer as people read it."""
    facts = answer.facts
    if "errors" in facts:
        return "\n".join(f"{one['where']}: {one['text']}".lstrip(": ") for one in facts["errors"])
    lines = [f"# {facts['id'] or '-'}  {facts['on']}  {len(facts['lines'])} lines"]
    lines += [f"! {one['where']}: {one['text']}" for one in facts["warnings"]]
    lines += [f"! {note}" for note in facts["notes"]]
    for one in facts["findings"]:
        if not one["folded"]:
            mark = "" if one["status"] == "fires" else " ?"
            lines += [
                f"{one['level']:<3}{mark} {one['id']}  {one['title']}",
                f"     {one['why']}",
                f"     -> {one['advice']}",
            ]
    hidden = sum(one["folded"] for one in facts["findings"])
    lines.append(f"({hidden} more)" if hidden else "")
    lines += [f"? {one['text']}" for one in facts["questions"][:8]]
    lines.append(facts["intended_use"])
    return "\n".join(line for line in lines if line)


def as_json(answer: Answer) -> str:
    """The answer as one line of JSON."""
    return json.dumps(answer.facts, ensure_ascii=False, separators=(",", ":"))
