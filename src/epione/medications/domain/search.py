"""Search over the catalogue as a pharmacist types: brand, substance, strength, form, code, with typing errors."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from heapq import nlargest

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .catalogue import Catalogue
from .drug import Drug, DrugStatus
from .names import normalise
from .typed import FORMS, Quantity, Typed, joined, meaningful, read, sound

# Weights of where a word is found, and of how well it matches; only their order matters, the labelled set settles it.
_HEAD, _SUBSTANCE, _NAME, _FORM = 100, 70, 60, 25
_EXACT, _PREFIX, _SOUNDS_ALIKE, ONE_ERROR, _TWO_ERRORS = 1.0, 0.8, 0.7, 0.62, 0.5
_STRENGTH, _WRONG_STRENGTH, _PARTIAL_STRENGTH = 60, -25, 20
_STATUS = {
    DrugStatus.MARKETED: 12,
    DrugStatus.RETIRED: 0,
    DrugStatus.WITHOUT_COMPOSITION: 4,
    DrugStatus.HOMEOPATHIC: -60,
}
_COMBINED, _REIMBURSED, _NAME_WORD, _IN_ORDER = 6, 8, 7, 20
_LONG_WORD, _FUZZY_WORD = 7, 4
_PLAIN_FORMS = ("comprime", "gelule", "capsule", "sachet", "solution")
_CODE_DIGITS = 5

_read_again = lru_cache(maxsize=4096)(read)  # forms come back thousands of times, and so do substances


@lru_cache(maxsize=8192)
def _substance_words(name: str) -> tuple[str, ...]:
    return meaningful(read(name).words)


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer: the higher the score the better; `fuzzy` when a word was taken for another."""

    drug: Drug
    score: float
    fuzzy: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is kept of one speciality: its bonus at equal match and every number of its name and composition."""

    cis: str
    bonus: float
    numbers: frozenset[float]
    milligrams: frozenset[float]
    order: tuple[int, float, str]
    words: tuple[str, ...]


class SearchIndex:
    """Inverted index over the words of names, substances and forms; built once (a quarter of a second)."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._entries: list[_Entry] = []
        self._postings: dict[str, dict[int, int]] = defaultdict(dict)
        for drug in catalogue.drugs():
            self._add(drug)
        order = sorted(range(len(self._entries)), key=lambda index: self._entries[index].order)
        self._merits = [0.0] * len(order)
        for rank, index in enumerate(order):
            # At equal score the order decides: it weighs less than any difference of scores.
            self._merits[index] = self._entries[index].bonus - rank * 1e-6
        self._words = sorted(self._postings)
        self._codes = sorted([*catalogue.codes()])

    def search(self, text: str, limit: int = 20) -> tuple[Hit, ...]:
        """The best answers to a text, the best first; empty when nothing comes near."""
        digits = "".join(text.split())
        if digits.isdigit() and len(digits) >= _CODE_DIGITS:
            return self._by_code(digits, limit)
        typed = read(text)
        if not typed.words:
            return ()
        one_word = joined(typed)
        if one_word and self.knows(one_word.words[0]):
            return _once([*self._ranked(one_word, limit), *self._ranked(typed, limit)])[:limit]
        hits = self._ranked(typed, limit)
        spelled_out = self.catalogue.spell_out(normalise(text))
        if spelled_out and (not hits or hits[0].fuzzy):
            hits = self._ranked(read(spelled_out), limit) or hits
        return hits

    def knows(self, word: str) -> bool:
        """Whether this very word stands in the name, substance or form of a speciality."""
        return word in self._postings

    def corrections(self, word: str) -> list[tuple[str, float]]:
        """Words of the catalogue that a misspelt word may stand for, with their likeness."""
        found = {other: _SOUNDS_ALIKE for other in self._by_sound.get(sound(word), ()) if len(other) > 2}
        if len(word) >= _FUZZY_WORD:
            errors = 2 if len(word) >= _LONG_WORD else 1
            near = process.extract(word, self._words, scorer=OSA.distance, score_cutoff=errors, limit=12)
            for other, distance, _ in near:
                found.setdefault(other, ONE_ERROR if distance <= 1 else _TWO_ERRORS)
        return sorted(found.items(), key=lambda item: (-item[1], item[0]))

    def words_of_names(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """The words of every denomination, with its CIS."""
        return ((entry.words, entry.cis) for entry in self._entries)

    @cached_property
    def _by_sound(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for word in self._words:
            found.setdefault(sound(word), []).append(word)
        return found

    def _add(self, drug: Drug) -> None:
        index = len(self._entries)
        typed, form = read(drug.name), _read_again(drug.form)
        for position, word in enumerate(typed.words):
            self._post(word, index, _HEAD if position == 0 else _NAME)
        for word in form.words:
            self._post(word, index, _FORM)
        if drug.status is not DrugStatus.HOMEOPATHIC:
            for ingredient in drug.ingredients:
                for word in _substance_words(ingredient.name):
                    self._post(word, index, _SUBSTANCE)
        amounts = {
            ingredient.amount for ingredient in drug.ingredients if ingredient.amount and ingredient.unit == "mg"
        }
        masses = {quantity.milligrams for quantity in typed.quantities if quantity.milligrams is not None}
        values = {quantity.value for quantity in typed.quantities}
        plain = next((rank for rank, word in enumerate(_PLAIN_FORMS) if form.words[:1] == (word,)), 9)
        bonus = _STATUS[drug.status] - _COMBINED * min(max(len(drug.ingredients) - 1, 0), 5)
        bonus += _REIMBURSED * self.catalogue.reimbursed(drug.cis or "") - _NAME_WORD * len(typed.names) - len(values)
        first = typed.quantities[0].value if typed.quantities else 0.0
        entry = _Entry(
            drug.cis or "",
            bonus,
            frozenset(values),
            frozenset(masses | amounts),
            (plain, first, drug.name),
            typed.words,
        )
        self._entries.append(entry)

    def _post(self, word: str, index: int, weight: int) -> None:
        postings = self._postings[word]
        if weight > postings.get(index, 0):
            postings[index] = weight

    def _ranked(self, typed: Typed, limit: int) -> tuple[Hit, ...]:
        words = meaningful(typed.words)
        matches = [self._matches(word, last=position == len(words) - 1) for position, word in enumerate(words)]
        fuzzy = any(not found for found in matches)
        matches = [found or self._near(word) for word, found in zip(words, matches, strict=True)]
        common = _in_all(matches)
        if not common:
            matches = [_merged(found, self._near(word)) for word, found in zip(words, matches, strict=True)]
            common, fuzzy = _in_all(matches), True
        if not common:
            common = _in_most(matches)
        scored = ((self._score(index, matches, typed), index) for index in common)
        best = nlargest(limit, scored)
        return tuple(Hit(self._drug(index), score, fuzzy) for score, index in best)

    def _score(self, index: int, matches: list[dict[int, float]], typed: Typed) -> float:
        entry = self._entries[index]
        words = sum(found.get(index, 0.0) for found in matches)
        in_order = _IN_ORDER if entry.words[: len(typed.words)] == typed.words else 0
        return words + in_order + self._merits[index] + sum(_strength(entry, quantity) for quantity in typed.quantities)

    def _matches(self, word: str, *, last: bool) -> dict[int, float]:
        """Specialities with this word, or, for the word being typed and long ones, with a word that starts so."""
        form = FORMS.get(word)
        found: dict[int, float] = {}
        for other in {word, form} - {None}:
            for index, weight in self._postings.get(other or "", {}).items():
                found[index] = max(found.get(index, 0.0), weight * _EXACT)
        if not last and len(word) < _FUZZY_WORD and found:
            return found
        for other in self._starting(word):
            for index, weight in self._postings[other].items():
                found[index] = max(found.get(index, 0.0), weight * _PREFIX)
        return found

    def _near(self, word: str) -> dict[int, float]:
        found: dict[int, float] = {}
        for other, likeness in self.corrections(word):
            for index, weight in self._postings[other].items():
                found[index] = max(found.get(index, 0.0), weight * likeness)
        return found

    def _starting(self, prefix: str) -> list[str]:
        start = bisect_left(self._words, prefix)
        end = bisect_left(self._words, prefix + "\x7f")
        return [word for word in self._words[start:end] if word != prefix]

    def _by_code(self, digits: str, limit: int) -> tuple[Hit, ...]:
        """Codes that start with these digits: a code is typed or scanned, never guessed."""
        start = bisect_left(self._codes, (digits, ""))
        found: dict[str, None] = {}
        for code, cis in self._codes[start:]:
            if not code.startswith(digits) or len(found) >= limit:
                break
            found[cis] = None
        drugs = [drug for cis in found if (drug := self.catalogue.by_cis(cis)) is not None]
        return tuple(Hit(drug, 1000.0) for drug in drugs)

    def _drug(self, index: int) -> Drug:
        drug = self.catalogue.by_cis(self._entries[index].cis)
        assert drug is not None
        return drug


def _once(hits: list[Hit]) -> tuple[Hit, ...]:
    first: dict[str | None, Hit] = {}
    for hit in hits:
        first.setdefault(hit.drug.cis, hit)
    return tuple(first.values())


def _in_all(matches: list[dict[int, float]]) -> set[int]:
    return set.intersection(*(set(found) for found in sorted(matches, key=len)))


def _in_most(matches: list[dict[int, float]]) -> set[int]:
    """Specialities that match the most words, when none matches them all (at least half)."""
    counts: dict[int, int] = defaultdict(int)
    for found in matches:
        for index in found:
            counts[index] += 1
    most = max(counts.values(), default=0)
    return {index for index, count in counts.items() if count == most} if 2 * most >= len(matches) else set()


def _merged(first: dict[int, float], second: dict[int, float]) -> dict[int, float]:
    return {index: max(first.get(index, 0.0), second.get(index, 0.0)) for index in first.keys() | second.keys()}


def _strength(entry: _Entry, quantity: Quantity) -> float:
    """How well a typed quantity fits: milligrams when a unit was given, else any number of the name or composition."""
    if quantity.milligrams is not None:
        return _STRENGTH if quantity.milligrams in entry.milligrams else _WRONG_STRENGTH
    if quantity.value in entry.numbers:
        return _STRENGTH
    if quantity.value in entry.milligrams:
        return _STRENGTH - 5
    typed = f"{quantity.value:g}"
    partial = any(f"{number:g}".startswith(typed) for number in entry.numbers | entry.milligrams)
    return _PARTIAL_STRENGTH if partial else _WRONG_STRENGTH
