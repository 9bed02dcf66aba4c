"""From what a list says ("Kardegic 75", a CIP code) to a medicine, never guessing between substances."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice, product

from .catalogue import Catalogue, usual_codes, usual_routes
from .drug import Drug, DrugStatus, Ingredient
from .names import base_key, normalise
from .search import ONE_ERROR, SearchIndex
from .typed import Typed, joined, read

CANDIDATES = 20
_TRIED_SPELLINGS = 12
_LONG_ENOUGH = 5
_PREFERRED = (DrugStatus.MARKETED, DrugStatus.WITHOUT_COMPOSITION, DrugStatus.RETIRED)


class Quality(StrEnum):
    """How a text was matched; `fuzzy` must be shown and confirmed, `ambiguous` and `none` have no drug."""

    CODE = "code"
    EXACT = "exact"
    PREFIX = "prefix"
    INN = "inn"
    FUZZY = "fuzzy"
    AMBIGUOUS = "ambiguous"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Match:
    """The answer for one text. `candidates` are specialities it may mean, the likeliest first.

    When several specialities of one substance fit, `drug` has no CIS and only what they share: the strength is None if
    they differ, so that no dose is computed from a guess.
    """

    text: str
    drug: Drug | None
    candidates: tuple[Drug, ...]
    quality: Quality

    @property
    def line_drug(self) -> Drug:
        """The drug, or one of status UNKNOWN that keeps the text: the line stays on the page, visibly unchecked."""
        return self.drug or Drug(cis=None, name=self.text.strip(), status=DrugStatus.UNKNOWN)


class Resolver:
    """Resolves texts against one catalogue and its search index."""

    def __init__(self, catalogue: Catalogue, index: SearchIndex) -> None:
        self._catalogue = catalogue
        self._index = index
        self._by_first_word: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for words, cis in index.words_of_names():
            self._by_first_word.setdefault("".join(words[:1]), []).append((words, cis))

    def resolve(self, text: str) -> Match:
        """Codes, then the whole denomination, the substance, the first words of a denomination, misspellings."""
        found = self._code(text) or self._whole(text) or self._named(text, read(text))
        return found or self._misspelt(text) or self._nearest(text)

    def by_code(self, code: str) -> Match:
        """A CIS, CIP13 or CIP7 that a file gives as such; quality `none` when no catalogue edition knows it."""
        return self._code(code) or Match(code, None, (), Quality.NONE)

    def _code(self, text: str) -> Match | None:
        digits = "".join(text.split())
        if not digits.isdigit():
            return None
        if len(digits) == 14 and digits.startswith("0"):  # GTIN of a data matrix
            digits = digits[1:]
        by_length = {8: self._catalogue.by_cis, 13: self._catalogue.by_cip13, 7: self._catalogue.by_cip7}
        look_up = by_length.get(len(digits))
        if look_up is None:
            return None
        drug = look_up(digits)
        return Match(text, drug, (drug,) if drug else (), Quality.CODE if drug else Quality.NONE)

    def _whole(self, text: str) -> Match | None:
        found = self._catalogue.by_name(text) if normalise(text) else ()
        return self._decide(text, found, Quality.EXACT) if found else None

    def _named(self, text: str, typed: Typed) -> Match | None:
        return self._substance(text, typed) or self._starting(text, typed) or self._joined(text, typed)

    def _substance(self, text: str, typed: Typed) -> Match | None:
        """A bare substance: its name alone, with its salt, its strength, its form, or a laboratory unknown of it."""
        for words in (typed.names, typed.words):
            key = self._catalogue.family_key(" ".join(words))
            if key is not None:
                return self._inn(text, typed, key)
        return None

    def _inn(self, text: str, typed: Typed, key: str) -> Match:
        mg = typed.milligrams if len(typed.quantities) == 1 else None
        bare = self._catalogue.substance(key, mg=mg)
        if bare is None:
            return Match(text, None, (), Quality.NONE)
        alone = [drug for drug in self._catalogue.of_family(key) if len(drug.ingredients) == 1]
        fitting = _fitting(alone, typed) or alone
        if typed.forms and (routes := usual_routes(fitting)):
            bare = replace(bare, routes=routes)
        return Match(text, bare, _ordered(fitting)[:CANDIDATES], Quality.INN)

    def _starting(self, text: str, typed: Typed) -> Match | None:
        """Specialities whose denomination starts with the words of the name, whole words only."""
        names = typed.names
        every = self._pool(names, lambda words: words[: len(names)] == names)
        every = every or self._pool(names, lambda words: set(names) <= set(words))
        if not every:
            return None
        own = [drug for drug in every if read(drug.name).names == names]
        chosen = own if own and len(_kinds(_current(own))) == 1 else every
        return self._decide(text, _fitting(chosen, typed) or chosen, Quality.PREFIX, typed)

    def _pool(self, names: tuple[str, ...], wanted: Callable[[tuple[str, ...]], bool]) -> list[Drug]:
        """Specialities whose first word is the same, and whose words are wanted ("cacit d3": CACIT VITAMINE D3)."""
        pool = self._by_first_word.get(names[0], ()) if names else ()
        found = (self._catalogue.by_cis(cis) for words, cis in pool if wanted(words))
        return [drug for drug in found if drug is not None]

    def _joined(self, text: str, typed: Typed) -> Match | None:
        """The first two words as one ("co-aprovel": COAPROVEL)."""
        one_word = joined(typed)
        known = one_word is not None and self._index.knows(one_word.words[0])
        return self._starting(text, one_word) if one_word and known else None

    def _misspelt(self, text: str) -> Match | None:
        """The same with words replaced by those of the catalogue that they resemble, the likeliest spelling first."""
        typed = read(text)
        if not typed.names:
            return None
        choices = [self._spellings(word) for word in typed.names]
        spellings = sorted(product(*choices), key=lambda choice: -sum(likeness for _, likeness in choice))
        found = []
        for spelling in islice(spellings, _TRIED_SPELLINGS):
            words = tuple(word for word, _ in spelling)
            match = self._named(text, replace(typed, words=words + typed.words[len(words) :]))
            if match:
                found.append(match)
        return _only(text, found)

    def _spellings(self, word: str) -> list[tuple[str, float]]:
        """The word if the catalogue knows it, else words at one error: two errors turn one medicine into another."""
        if self._index.knows(word):
            return [(word, 1.0)]
        near = self._index.corrections(word) if len(word) >= _LONG_ENOUGH else []
        return [one for one in near if one[1] >= ONE_ERROR]

    def _nearest(self, text: str) -> Match:
        """Nothing fits: what the search finds is proposed, and no drug is chosen."""
        candidates = tuple(hit.drug for hit in self._index.search(text, CANDIDATES))
        return Match(text, None, candidates, Quality.AMBIGUOUS if candidates else Quality.NONE)

    def _decide(self, text: str, found: Sequence[Drug], quality: Quality, typed: Typed | None = None) -> Match:
        """One drug if all candidates have the same substances, none if they differ."""
        drugs = _ordered(_current(found))
        if all(drug.status is DrugStatus.HOMEOPATHIC for drug in drugs) and len(drugs) > 1:
            named = Drug(cis=None, name=text.strip(), status=DrugStatus.HOMEOPATHIC)
            return Match(text, named, drugs[:CANDIDATES], quality)
        if len(_kinds(drugs)) > 1:
            return Match(text, None, drugs[:CANDIDATES], Quality.AMBIGUOUS)
        fits = typed is None or not typed.quantities or bool(_fitting(drugs, typed))
        if len(drugs) == 1 and fits:
            return Match(text, drugs[0], drugs, quality)
        name = drugs[0].name if len({drug.name for drug in drugs}) == 1 else text.strip()
        return Match(text, _shared(name, drugs, keep_strength=fits), drugs[:CANDIDATES], quality)


def _kind(ingredient: Ingredient) -> str:
    """One word for a substance whatever its salt: its entities in the thesaurus, else its name without the salt."""
    return " ".join(sorted(ingredient.entities)) or base_key(ingredient.name)


def _kinds(drugs: Iterable[Drug]) -> set[frozenset[str]]:
    """The different sets of substances; a speciality of unknown composition is a kind of its own."""
    return {frozenset(map(_kind, drug.ingredients)) or frozenset({f"cis:{drug.cis}"}) for drug in drugs}


def _current(drugs: Iterable[Drug]) -> list[Drug]:
    """Marketed ones if any, else those of unknown composition, else retired ones, else homeopathic ones."""
    found = list(drugs)
    for status in _PREFERRED:
        if kept := [drug for drug in found if drug.status is status]:
            return kept
    return found


def _ordered(drugs: Iterable[Drug]) -> tuple[Drug, ...]:
    rank = {status: position for position, status in enumerate(_PREFERRED)}
    return tuple(sorted(drugs, key=lambda drug: (rank.get(drug.status, 3), "orale" not in drug.routes, drug.name)))


def _fitting(drugs: Iterable[Drug], typed: Typed) -> list[Drug]:
    """Those that have every typed quantity and, if any of them does, every typed word of form."""
    found = [drug for drug in drugs if _has_quantities(drug, typed)]
    formed = [drug for drug in found if _has_forms(drug, typed)]
    return formed or found


def _has_quantities(drug: Drug, typed: Typed) -> bool:
    named = read(drug.name).quantities
    amounts = {i.amount for i in drug.ingredients if i.unit == "mg"} | {q.milligrams for q in named}
    values = {q.value for q in named} | amounts
    return all(q.milligrams in amounts if q.milligrams is not None else q.value in values for q in typed.quantities)


def _has_forms(drug: Drug, typed: Typed) -> bool:
    words = {*read(drug.name).words, *read(drug.form).words}
    return all(form in words for form in typed.forms)


def _shared(name: str, drugs: Sequence[Drug], *, keep_strength: bool) -> Drug:
    """What several specialities of the same substances have in common."""
    codes = usual_codes(drugs)
    statuses = {drug.status for drug in drugs}
    return Drug(
        cis=None,
        name=name,
        status=statuses.pop() if len(statuses) == 1 else DrugStatus.MARKETED,
        atc=codes,
        atc_source=drugs[0].atc_source if len(codes) == 1 else ("several" if codes else ""),
        form=drugs[0].form if len({drug.form for drug in drugs}) == 1 else "",
        routes=usual_routes(drugs),
        ingredients=tuple(_ingredient(i, drugs, keep_strength=keep_strength) for i in drugs[0].ingredients),
    )


def _ingredient(first: Ingredient, drugs: Sequence[Drug], *, keep_strength: bool) -> Ingredient:
    same = [i for drug in drugs for i in drug.ingredients if _kind(i) == _kind(first)]
    strengths = {(i.amount, i.unit) for i in same}
    amount, unit = strengths.pop() if keep_strength and len(strengths) == 1 else (None, None)
    return replace(first, amount=amount, unit=unit, entities=frozenset().union(*(i.entities for i in same)))


def _only(text: str, found: list[Match]) -> Match | None:
    """One match when all spellings lead to the same substances; else all candidates, and no drug."""
    if not found:
        return None
    kinds = _kinds(match.drug for match in found if match.drug)
    candidates = tuple(dict.fromkeys(drug for match in found for drug in match.candidates))[:CANDIDATES]
    if len(kinds) == 1 and all(match.drug for match in found):
        return Match(text, found[0].drug, candidates, Quality.FUZZY)
    return Match(text, None, candidates, Quality.AMBIGUOUS)
