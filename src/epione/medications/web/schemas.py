"""What the API says of medicines."""

from typing import Literal

from ninja import Schema


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
