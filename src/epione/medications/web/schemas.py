"""What the API says of medicines."""

from typing import Literal

from ninja import Schema

Level = Literal["CI", "AD", "PE", "APC"]


class SubstanceOut(Schema):
    """One active substance; amount and unit are those of one dosing element, null when unknown."""

    code: str
    name: str
    amount: float | None
    unit: str | None


class DrugOut(Schema):
    """A speciality, or a bare substance when `cis` is null."""

    cis: str | None
    name: str
    form: str
    routes: list[str]
    status: Literal["marketed", "retired", "homeopathic", "without_composition", "substance", "unknown"]
    atc: list[str]
    atc_source: str
    substances: list[SubstanceOut]


class HitOut(DrugOut):
    """An answer of search."""

    score: float
    fuzzy: bool


class SearchOut(Schema):
    """Answers to a search, the best first."""

    query: str
    results: list[HitOut]


class MatchOut(Schema):
    """What a text means, with the candidates among which a person chooses."""

    text: str
    quality: Literal["code", "exact", "prefix", "inn", "fuzzy", "ambiguous", "none"]
    drug: DrugOut | None
    candidates: list[DrugOut]


class TextOut(Schema):
    """A sentence in French and English."""

    fr: str
    en: str


class MatchedOut(Schema):
    """The medicine that a name was taken for."""

    name: str
    cis: str | None
    substances: list[str]
    atc: list[str]
    quality: Literal["code", "exact", "prefix", "inn", "fuzzy", "ambiguous", "none"]


class SideOut(Schema):
    """What the row names of one medicine: its substance, and the substance or class matched."""

    substance: str
    matched: str
    name: str


class AlsoOut(Schema):
    """Another row on the same pair."""

    rule: str
    level: Level
    levels: list[Level]
    matched: list[str]
    page: int | None
    source: str


class PairSourceOut(Schema):
    """Where a pair was read."""

    kind: Literal["ansm", "supplement"]
    name: str
    edition: str
    page: int | None
    basis: str


class PairOut(Schema):
    """A pair of medicines. `level` null means not listed (see `reason` and `text`), never safe.

    While `resolved` is false, `level` is the highest possible one, `could_be` lists all, `question` would settle it.
    """

    names: list[str]
    matched: list[MatchedOut]
    level: Level | None
    resolved: bool
    levels: list[Level]
    could_be: list[Level]
    otherwise: Level | None
    question: TextOut | None
    missing: list[str]
    rule: str | None
    sides: list[SideOut]
    specificity: int | None
    also: list[AlsoOut]
    source: PairSourceOut
    reason: Literal["not_listed", "same_substance", "local_route", "not_checkable", "unknown_substance"] | None
    text: TextOut | None
