"""The coded facts of an interaction (why, what to do) and the short French and English sentences they become."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Literal, TypeVar

Lang = Literal["fr", "en"]
Texts = Mapping[str, str]

NBSP = "\u00a0"
NARROW = "\u202f"
SIDES = ("a", "b")
_SWAPPED = {"a": "b", "b": "a"}
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_PLACE = re.compile(r"\{(de:)?([a-z_]+)\}")
_VOWELS = "aàâeéèêëiîïoôöuùûüyhœæ"
_COMPARED = {
    "fr": {">": "plus de ", "<": "moins de ", ">=": "au moins ", "<=": "au plus "},
    "en": {">": "more than ", "<": "less than ", ">=": "at least ", "<=": "at most "},
}
_STRENGTHS = {
    "fr": {"very-strong": "très fortement", "strong": "fortement", "mild": "modérément"},
    "en": {"very-strong": "very strongly", "strong": "strongly", "mild": "moderately"},
}
_BOTH = {"fr": "les deux médicaments", "en": "both drugs"}


@dataclass(frozen=True, slots=True)
class Qualifier:
    """A condition, an exception or a moment that limits a mechanism or an action."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Mechanism:
    """Why the pair interacts. `affected` is the side whose exposure or effect changes ("a", "b", "both", or None).

    `inferred` marks an enzyme that the source does not name: it is ours, from the pharmacology of the two drugs.
    """

    code: str
    affected: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    when: tuple[Qualifier, ...] = ()
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """What to do. `level` limits the action to one level of a composite row; None means every level."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    when: tuple[Qualifier, ...] = ()
    level: str | None = None


@dataclass(frozen=True, slots=True)
class InteractionFacts:
    """The coded facts of one row of the thesaurus; sides follow the order in which the pair was asked.

    `from_level`: the source gives no management, the action is the definition of the level.
    """

    a: str
    b: str
    mechanisms: tuple[Mechanism, ...]
    actions: tuple[Action, ...]
    from_level: bool = False
    needs_review: bool = False

    @property
    def qualifiers(self) -> tuple[str, ...]:
        """Codes of every condition or exception of the row, in order, once each."""
        marked: Iterable[Mechanism | Action] = (*self.mechanisms, *self.actions)
        return tuple(dict.fromkeys(q.code for fact in marked for q in fact.when))

    def narrowed(self, substances: frozenset[str]) -> "InteractionFacts":
        """The facts that concern these substances (thesaurus keys): what a class row says of other drugs is left out.

        A limit that names a whole class stays: only the thesaurus knows its members.
        """
        mechanisms = tuple(fact for m in self.mechanisms if (fact := _kept(m, substances)))
        actions = tuple(dict.fromkeys(kept for x in self.actions if (kept := _kept(x, substances))))
        return replace(self, mechanisms=mechanisms or self.mechanisms, actions=actions or self.actions)

    def turned(self) -> "InteractionFacts":
        """The same facts with the two sides exchanged."""
        return replace(
            self,
            a=self.b,
            b=self.a,
            mechanisms=tuple(
                replace(m, affected=_turn(m.affected), params=_turn_params(m.params), when=_turn_all(m.when))
                for m in self.mechanisms
            ),
            actions=tuple(replace(x, params=_turn_params(x.params), when=_turn_all(x.when)) for x in self.actions),
        )


_Fact = TypeVar("_Fact", Mechanism, Action)
_CLASSES = frozenset(
    {
        "antifongiques-azoles",
        "cyclines-tigecycline",
        "inhibiteurs-pde5",
        "inhibiteurs-proteases",
        "inhibiteurs-proteases-ritonavir",
        "macrolides",
        "neuroleptiques",
    }
)


def _kept(fact: _Fact, substances: frozenset[str]) -> _Fact | None:
    """The fact without the limits that the pair meets; None when it is about other drugs alone."""
    when = []
    for qualifier in fact.when:
        named = frozenset(qualifier.params.get("drugs", ())) if qualifier.code == "only-drugs" else frozenset()
        if named and not named & substances and not named & _CLASSES:
            return None
        if not named or not named & substances:
            when.append(qualifier)
    return replace(fact, when=tuple(when))


def _turn(side: Any) -> Any:
    return _SWAPPED.get(side, side) if isinstance(side, str) else side


def _turn_params(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _turn(value) for name, value in params.items()}


def _turn_all(qualifiers: Sequence[Qualifier]) -> tuple[Qualifier, ...]:
    return tuple(replace(q, params=_turn_params(q.params)) for q in qualifiers)


@dataclass(frozen=True, slots=True)
class _Names:
    """The two names and the language of one rendering."""

    lang: Lang
    a: str
    b: str

    def side(self, side: str) -> str:
        return {"a": self.a, "b": self.b}.get(side, _BOTH[self.lang])


@dataclass(frozen=True, slots=True)
class _Clause:
    """One sentence before punctuation: its conditions, then what it says."""

    head: str
    body: str


class Vocabulary:
    """Our bilingual vocabulary of mechanisms and actions, and the facts of every interaction row."""

    def __init__(self, vocabulary: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
        """`vocabulary` and `facts` are the parsed `vocabulary.json` and `interaction_facts.json`."""
        self._words = vocabulary
        self._facts = {(row["a"], row["b"]): _facts(row) for row in facts["rows"]}

    def __len__(self) -> int:
        return len(self._facts)

    def facts_of(self, a: str, b: str) -> InteractionFacts | None:
        """Facts of the row between two entities, in the order asked; None when the row is unknown."""
        if found := self._facts.get((a, b)):
            return found
        turned = self._facts.get((b, a))
        return turned.turned() if turned else None

    def label(self, kind: Literal["mechanisms", "actions"], code: str, lang: Lang) -> str:
        """The short label of a mechanism or an action."""
        text: str = self._words[kind][code]["label"][lang]
        return text

    def sentences(
        self, facts: InteractionFacts, lang: Lang, name_a: str, name_b: str, level: str | None = None
    ) -> tuple[list[str], list[str]]:
        """Short sentences: why the pair interacts, and what to do.

        `name_a` and `name_b` name the drugs of the sides a and b of `facts`. `level` (CI, AD, PE, APC) keeps only the
        actions of the resolved level of a composite row; without it the actions of every level come.
        """
        names = _Names(lang, name_a, name_b)
        why = [self._mechanism(m, names) for m in facts.mechanisms]
        kept = [x for x in facts.actions if level is None or x.level in {None, level}]
        return _joined(why, lang), _joined([self._action(x, names) for x in kept], lang)

    def _mechanism(self, mechanism: Mechanism, names: _Names) -> _Clause:
        params = dict(mechanism.params)
        if mechanism.affected:
            params["affected"] = mechanism.affected
        if strength := params.get("strength"):
            params["strength"] = {"text": _STRENGTHS[names.lang][strength]}
        template = self._words["mechanisms"][mechanism.code]["sentence"][names.lang]
        return self._qualified(self._fill(template, params, names), mechanism.when, names)

    def _action(self, action: Action, names: _Names) -> _Clause:
        template = self._words["actions"][action.code]["sentence"][names.lang]
        return self._qualified(self._fill(template, action.params, names), action.when, names)

    def _qualified(self, sentence: str, when: Sequence[Qualifier], names: _Names) -> _Clause:
        """A sentence with its conditions in front and its moments and exceptions behind."""
        before: list[str] = []
        after = ""
        for qualifier in when:
            word = self._words["qualifiers"][qualifier.code]
            text = self._fill(word["text"][names.lang], qualifier.params, names)
            if word["place"] == "before":
                before.append(text if not before else _lower(text))
            else:
                after += text
        return _Clause(", ".join(before), sentence.rstrip(".") + after)

    def _fill(self, template: str, params: Mapping[str, Any], names: _Names) -> str:
        """The template with its parameters; a [part] whose parameter is missing disappears."""

        def optional(match: re.Match[str]) -> str:
            wanted = [name for _, name in _PLACE.findall(match.group(1))]
            return match.group(1) if all(name in params for name in wanted) else ""

        def value(match: re.Match[str]) -> str:
            text = self._value(params[match.group(2)], names)
            return _of(text) if match.group(1) and names.lang == "fr" else text

        return _PLACE.sub(value, _OPTIONAL.sub(optional, template))

    def _value(self, value: Any, names: _Names) -> str:
        if isinstance(value, str):
            return names.side(value) if value in {*SIDES, "both"} else self._drug(value, names.lang)
        if isinstance(value, list):
            return _listed([self._drug(key, names.lang) for key in value], names.lang)
        return str(value["text"]) if "text" in value else self._quantity(value, names.lang)

    def _drug(self, key: str, lang: Lang) -> str:
        text: str = self._words["drugs"][key][lang]
        return text

    def _quantity(self, quantity: Mapping[str, Any], lang: Lang) -> str:
        unit = self._words["units"][quantity["unit"]][lang]
        numbers = [quantity[key] for key in ("value", "min", "max") if key in quantity]
        if quantity["unit"] in {"part", "part-lost"}:
            written = [self._words["parts"][str(n)][lang] for n in numbers]
            if "op" in quantity and lang == "fr":
                written = [f"la {text}" for text in written]
        else:
            written = [_number(n, lang) for n in numbers]
        amount = _COMPARED[lang].get(quantity.get("op", ""), "") + (" à " if lang == "fr" else " to ").join(written)
        if "{" in unit:
            return _PLACE.sub(lambda m: _of(amount) if m.group(1) else amount, unit)
        one, _, many = unit.partition("|")
        return f"{amount}{NBSP}{many if many and max(numbers) >= 2 else one}"


def _joined(clauses: Sequence[_Clause], lang: Lang) -> list[str]:
    """Sentences, once each; neighbours under the same conditions become one sentence."""
    sentences = []
    colon, semicolon = (f"{NBSP}: ", f"{NARROW}; ") if lang == "fr" else (": ", "; ")
    for head, group in groupby(clauses, key=lambda clause: clause.head):
        bodies = list(dict.fromkeys(clause.body for clause in group))
        if head:
            sentences.append(f"{head}{colon}{semicolon.join(_lower(body) for body in bodies)}.")
        else:
            sentences.extend(f"{body}." for body in bodies)
    return list(dict.fromkeys(sentences))


def _lower(text: str) -> str:
    """The text with a small first letter, unless it starts with an acronym."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _of(text: str) -> str:
    """French "de" before a name or an amount, with elision."""
    if text == _BOTH["fr"]:
        return text.replace("les ", "des ", 1)
    return f"d’{text}" if text[:1].lower() in _VOWELS else f"de {text}"


def _listed(texts: Sequence[str], lang: Lang) -> str:
    """A list in words: "a, b ou c"."""
    if len(texts) == 1:
        return texts[0]
    return f"{', '.join(texts[:-1])} {'ou' if lang == 'fr' else 'or'} {texts[-1]}"


def _number(number: float, lang: Lang) -> str:
    """A number as people write it: decimal comma and narrow spaces in French."""
    text = f"{number:,.10g}" if number >= 10_000 else f"{number:.10g}"
    return text.replace(",", NARROW).replace(".", ",") if lang == "fr" else text


def _facts(row: Mapping[str, Any]) -> InteractionFacts:
    return InteractionFacts(
        a=row["a"],
        b=row["b"],
        mechanisms=tuple(
            Mechanism(m["code"], m.get("affected"), m.get("params", {}), _qualifiers(m), m.get("inferred", False))
            for m in row["mechanisms"]
        ),
        actions=tuple(Action(x["code"], x.get("params", {}), _qualifiers(x), x.get("level")) for x in row["actions"]),
        from_level=row.get("from_level", False),
        needs_review=row.get("needs_review", False),
    )


def _qualifiers(fact: Mapping[str, Any]) -> tuple[Qualifier, ...]:
    return tuple(Qualifier(q["code"], q.get("params", {})) for q in fact.get("when", []))
