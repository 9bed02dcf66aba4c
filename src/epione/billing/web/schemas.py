"""What the API takes and says of the CCAM. Amounts are in cents."""

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from epione.billing.public import Association, Grid, Specialty

Kind = Literal["main", "gesture", "supplement"]
Cents = Annotated[int, Field(ge=0, le=100_000_000)]


class TariffEditionOut(Schema):
    """The table that an answer rests on; `compared_on` is the day on which Epione's copy was last compared."""

    name: str
    version: str
    valid_from: date
    valid_to: date | None
    compared_on: date
    source: str


class PartOut(Schema):
    """An activity and phase: tariff of sector 1 and OPTAM, and of the others; null when the act is not covered."""

    activity: int
    phase: int
    tariff_cents: int | None
    tariff_other_cents: int | None
    prior_agreement: bool
    conditional: bool
    exemption_code: str
    group: str


class ActOut(Schema):
    """An act of the nomenclature: modifiers that it admits, complementary gestures listed under it."""

    code: str
    label: str
    chapter: str
    is_gesture: bool
    is_supplement: bool
    modifiers: list[str]
    gestures: list[str]
    parts: list[PartOut]


class ActSheetOut(Schema):
    """An act and the edition that has it."""

    edition: TariffEditionOut
    act: ActOut


class ActsOut(Schema):
    """Acts found, best first."""

    query: str
    edition: TariffEditionOut
    results: list[ActOut]


class ActIn(Schema):
    """An act to be priced; `modifiers` are letters and figures, in any order."""

    code: Annotated[str, Field(max_length=20)]
    activity: Annotated[int, Field(ge=1, le=5)] = 1
    phase: Annotated[int, Field(ge=0, le=3)] = 0
    modifiers: Annotated[list[Annotated[str, Field(min_length=1, max_length=1)]], Field(max_length=10)] = []


class PriceIn(Schema):
    """Acts of one operation, who does them and when. What is left out is unknown, and is asked where it matters."""

    acts: Annotated[list[ActIn], Field(max_length=100)]
    date: date
    grid: Grid
    specialty: Specialty | None = None
    anaesthetist_grid: Grid | None = None
    association: Association = Association.GENERAL
    c2s: bool = False
    emergency: bool = False
    age: Annotated[int, Field(ge=0, le=130)] | None = None
    prior_agreement: bool | None = None
    anaesthetist_alone: bool = False
    fee_cents: Cents | None = None
    planned: bool | None = None


class ReasonOut(Schema):
    """A rule that made an amount: where it is written, from which inputs, whether it is to be checked."""

    rule: str
    sentence: str
    source: str
    inputs: dict[str, Any]
    to_verify: bool


class ModifierOut(Schema):
    """A modifier of a line; `confirmed` is false while a person has to confirm its condition."""

    code: str
    rate_percent: float | None
    amount_cents: int | None
    condition: str
    confirmed: bool
    to_verify: bool


class PricedLineOut(Schema):
    """A line: tariff, modifiers, association, amount; not billed when the association takes no further act."""

    code: str
    label: str
    activity: int
    phase: int
    kind: Kind
    grid: Grid
    group: str
    tariff_cents: int
    modifiers: list[ModifierOut]
    association_code: int | None
    rate_percent: float
    billed: bool
    amount_cents: int
    prior_agreement: bool
    explanations: list[ReasonOut]


class SharesOut(Schema):
    """Who owes what; null where no rule is known."""

    fees_cents: int
    excess_cents: int
    insurer_cents: int | None
    complement_cents: int | None
    patient_cents: int | None


class QuestionOut(Schema):
    """A condition that a person confirms before billing."""

    code: str
    modifier: str
    condition: str


class PriceOut(Schema):
    """A price with everything that explains it; `total_cents` is the sum of the lines."""

    edition: TariffEditionOut
    date: date
    grid: Grid
    association_rule: Association
    c2s: bool
    lines: list[PricedLineOut]
    total_cents: int
    shares: SharesOut
    explanations: list[ReasonOut]
    questions: list[QuestionOut]
    to_verify: bool
