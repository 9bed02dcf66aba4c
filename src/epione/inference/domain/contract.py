"""What a model says of itself, what it is asked, and what it may answer: the one contract of everything that infers.

A provider describes itself and analyses; the platform adds provenance, checks the answer and keeps it. An answer is
`ok`, or says why it is none: `abstain` (the input is fit, the model does not know), `rejected_input` (it is not fit),
`error` (the provider failed). `confidence` is None unless a calibration stands behind it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Protocol

from numpy.typing import NDArray
from pydantic import ConfigDict, Field

Line = Annotated[str, Field(max_length=500)]
Name = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[\w.:/ +-]+$")]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Real = Annotated[float, Field(allow_inf_nan=False)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Point = tuple[Real, Real]
STRICT = ConfigDict(extra="forbid")


class Status(StrEnum):
    """How an answer ends."""

    OK = "ok"
    ABSTAIN = "abstain"
    REJECTED = "rejected_input"
    ERROR = "error"


class Takes(StrEnum):
    """What one answer is about."""

    FRAME = "frame"
    SERIES = "series"
    STUDY = "study"


class Kind(StrEnum):
    """A finding speaks of the patient; a measure is a number; a quality mark speaks of the image."""

    FINDING = "finding"
    MEASURE = "measure"
    QUALITY = "quality"


class Severity(StrEnum):
    """How much something matters, where a provider says so."""

    NONE = "none"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a terminology: `system` is a DICOM scheme (SCT, RADLEX, DCM, UCUM, 99EPIONE)."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    system: Annotated[str, Field(pattern=r"^[A-Z0-9]{2,16}$")]
    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9.^_{}\[\]/'-]{1,64}$")]
    display: Line = ""


@dataclass(frozen=True, slots=True)
class Measurement:
    """A number with its UCUM unit."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    value: Real
    unit: Annotated[str, Field(pattern=r"^[!-~]{1,24}$")]


@dataclass(frozen=True, slots=True)
class Location:
    """Where: in words, by code, as a polyline in pixels (column, row) of one frame (from 1) and in millimetres."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    text: Line = ""
    code: Code | None = None
    image: Line = ""
    frame: Annotated[int, Field(ge=1)] | None = None
    pixels: Annotated[tuple[Point, ...], Field(max_length=2000)] = ()
    millimetres: Annotated[tuple[tuple[Real, Real, Real], ...], Field(max_length=2000)] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement. A confidence without the calibration that makes it one is refused."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    code: Code
    label_fr: Line
    label_en: Line
    kind: Kind = Kind.FINDING
    severity: Severity | None = None
    location: Location | None = None
    measurement: Measurement | None = None
    confidence: Share | None = None
    calibration_id: Line | None = None
    method: Line = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an answer rests on: raw scores, thresholds, counts; `value` is a number, a text or a row of numbers."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    label: Line
    value: Real | Line | Annotated[tuple[Real, ...], Field(max_length=4096)]
    unit: Line = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What a provider answers. `reason` is a stable code when the status is not ok; `timings` are seconds by step."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    status: Status
    findings: Annotated[tuple[Finding, ...], Field(max_length=500)] = ()
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=500)] = ()
    limitations: Annotated[tuple[Line, ...], Field(max_length=50)] = ()
    reason: Annotated[str, Field(pattern=r"^[a-z0-9_-]{0,60}$")] = ""
    text: Annotated[str, Field(max_length=4000)] = ""
    timings: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Description:
    """What a provider says of itself. Empty `modalities`, `body_parts` or `sop_classes` mean: any that is known."""

    id: str
    version: str
    weights_sha256: str | None
    intended_use: str
    modalities: tuple[str, ...]
    body_parts: tuple[str, ...] = ()
    sop_classes: tuple[str, ...] = ()
    takes: Takes = Takes.FRAME
    determinism: str = "deterministic"
    limits: tuple[str, ...] = ()
    phi_policy: str = "deidentified-only"


@dataclass(frozen=True, slots=True)
class ImageRef:
    """An image by its id and the SHA-256 under which the ledger knows the file that holds its de-identified bytes."""

    id: str
    sha256: str
    sop_class: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded frame: modality values (HU on CT), rows x columns, or rows x columns x 3 in 0..255 for colour.

    `spacing` is millimetres between rows and between columns; `position` and `orientation` are those of DICOM
    (millimetres, row then column cosines); `stored_range` the smallest and largest value that the pixel format can
    hold, after the modality LUT, so that clipping can be told.
    """

    pixels: NDArray[Any]
    image: str = ""
    number: int = 1
    spacing: tuple[float, float] | None = None
    thickness: float | None = None
    position: tuple[float, float, float] | None = None
    orientation: tuple[float, ...] | None = None
    window: tuple[float, float] | None = None
    stored_range: tuple[float, float] | None = None
    photometric: str = "MONOCHROME2"
    instance_number: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """What is asked. `frames` decodes when it is called, not before; `seconds` is what the answer may take.

    `context_codes` are codes; free text stays with the platform and is never handed to a provider.
    """

    images: tuple[ImageRef, ...]
    modality: str
    frames: Callable[[], Sequence[Frame]]
    body_part: str = ""
    context_codes: tuple[Code, ...] = ()
    language: str = "fr"
    seconds: float = 60.0
    random_state: int = 0


class Provider(Protocol):
    """Something that infers."""

    def describe(self) -> Description:
        """What it is, what it is for, what it takes."""
        ...

    def analyse(self, request: Request) -> Result | dict[str, Any]:
        """Answer, or say why not; a dictionary is checked as an answer from outside."""
        ...
