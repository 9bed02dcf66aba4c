"""What the API says of medicines."""

from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

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


class BoxOut(Schema):
    """A presentation; the price is in euros, null when there is none."""

    cip13: str
    cip7: str
    label: str
    state: str
    reimbursement: str
    price: float | None


class ShortageOut(Schema):
    """A tension or a shortage, an end of sale, a return; dates are ISO or empty."""

    state: str
    began_on: str
    updated_on: str
    back_on: str


class OpinionOut(Schema):
    """An opinion of the health authority."""

    level: str
    reason: str
    given_on: str


class SheetOut(Schema):
    """What the catalogue says of one speciality."""

    drug: DrugOut
    presentations: list[BoxOut]
    generic_group: str
    generic_kind: Literal["reference", "generic", "complementary", "substitutable", ""]
    same_group: list[str]
    conditions: list[str]
    shortages: list[ShortageOut]
    benefits: list[OpinionOut]
    improvements: list[OpinionOut]


class VersionOut(Schema):
    """A speciality as one edition described it; `until` is the edition that changed or ended it."""

    facts: dict[str, str]
    since: str
    until: str | None


class AtcIn(Schema):
    """A correction: an ATC code (empty: none is right) and why."""

    atc: Annotated[str, Field(max_length=7, pattern=r"^[A-Z0-9]*$")]
    reason: Annotated[str, Field(min_length=3, max_length=500)]


class EditionOut(Schema):
    """An edition in use; `old` is null for our own lists."""

    table: str
    edition: str
    age_days: int
    old: bool | None
    rows: int
    source: str
    licence: str
    sha256: str


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
