"""The JSON that stands beside a model: its card, what it takes, how an image becomes its input, what its output means.

`format` is `epione-model/1`. Every field is checked; an unknown one is refused, so that a typing error is not ignored.
The page docs/models.md describes it for those who write one.
"""

import json
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from .checks import MODALITIES
from .contract import Description, Sha256, Takes

FORMAT = "epione-model/1"
Words = Annotated[str, Field(min_length=1, max_length=2000)]
Positive = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
Number = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]


class BadManifest(ValueError):
    """The manifest cannot be used; `faults` name each place and what is wrong there."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Engine(StrEnum):
    """What runs a model; the name of its file in `providers/engines`."""

    ONNX = "onnx"
    HUGGINGFACE = "huggingface"
    OPENAI = "openai"
    KSERVE = "kserve"
    BUILTIN = "builtin"
    DEMO = "demo"


class Both(_Strict):
    """A text in French and in English."""

    fr: Words
    en: Words


class Figure(_Strict):
    """One figure of a card: on which data, how many, with its 95 % interval when it is known."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    value: Number
    low: Number | None = None
    high: Number | None = None
    data: Annotated[str, Field(min_length=1, max_length=300)]
    n: Annotated[int, Field(ge=1)] | None = None


class Card(_Strict):
    """What people must know before they trust a model."""

    title: Both
    summary: Both
    intended_use: Both
    not_for: Both
    limits: tuple[Both, ...] = ()
    training_data: Both | None = None
    figures: tuple[Figure, ...] = ()
    licence: Annotated[str, Field(min_length=1, max_length=120)]
    source: Annotated[str, Field(min_length=1, max_length=300)]
    regulatory: Both | None = None


class Input(_Strict):
    """How one frame becomes the tensor. `values`: `display` is the windowed picture in 0..1, white is bright;
    `modality` keeps the values of the modality (HU on CT), clipped to `clip` and scaled to 0..1 by it.
    """

    name: Annotated[str, Field(min_length=1, max_length=120)] = "input"
    layout: Literal["NCHW", "NHWC"] = "NCHW"
    dtype: Literal["float32", "uint8"] = "float32"
    rows: Annotated[int, Field(ge=8, le=4096)]
    columns: Annotated[int, Field(ge=8, le=4096)]
    channels: Literal[1, 3] = 1
    keep_aspect: bool = False
    values: Literal["display", "modality"] = "display"
    clip: tuple[Number, Number] | None = None
    scale: Positive = 1.0
    mean: tuple[Number, ...] = (0.0,)
    std: tuple[Positive, ...] = (1.0,)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.values == "modality" and (self.clip is None or self.clip[0] >= self.clip[1]):
            raise ValueError("clip must give a lower and an upper value when values is modality")
        if any(len(row) not in {1, self.channels} for row in (self.mean, self.std)):
            raise ValueError("mean and std must have one value, or one for each channel")
        return self


class Label(_Strict):
    """What one number of the output stands for; only labels to `report` become findings, from `threshold` up."""

    system: Annotated[str, Field(pattern=r"^[A-Z0-9]{2,16}$")]
    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9.^_-]{1,64}$")]
    fr: Annotated[str, Field(min_length=1, max_length=200)]
    en: Annotated[str, Field(min_length=1, max_length=200)]
    report: bool = True
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5


class Output(_Strict):
    """What the output means. `abstain_below`: under this highest calibrated score, the model does not know."""

    name: Annotated[str, Field(min_length=1, max_length=120)] = "output"
    activation: Literal["softmax", "sigmoid", "none"] = "softmax"
    labels: Annotated[tuple[Label, ...], Field(min_length=1, max_length=1000)]
    abstain_below: Annotated[float, Field(ge=0, le=1)] | None = None


class Calibration(_Strict):
    """What turns a score into a confidence: a temperature on the logits, fitted on `n` cases of `data`."""

    id: Annotated[str, Field(min_length=1, max_length=120)]
    method: Literal["temperature"] = "temperature"
    temperature: Positive
    n: Annotated[int, Field(ge=30)]
    data: Annotated[str, Field(min_length=1, max_length=300)]
    on: date
    expected_error: Annotated[float, Field(ge=0, le=1)]


class Endpoint(_Strict):
    """Where a remote model answers. `credential` names an environment variable, never a secret itself."""

    url: Annotated[str, Field(pattern=r"^https?://[!-~]{1,300}$")]
    model: Annotated[str, Field(min_length=1, max_length=200)]
    credential: Annotated[str, Field(pattern=r"^(OPENAI_API_KEY|EPIONE_MODEL_KEY_[A-Z0-9_]{1,40})$")] | None = None
    allowed_data: tuple[Literal["deidentified-pixels"], ...] = ()


class Manifest(_Strict):
    """One version of a model."""

    format: Literal["epione-model/1"] = "epione-model/1"
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$")]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.+-]{0,39}$")]
    engine: Engine
    weights_sha256: Sha256 | None = None
    takes: Takes = Takes.FRAME
    modalities: tuple[str, ...]
    body_parts: tuple[Annotated[str, Field(pattern=r"^[A-Z0-9 _]{1,16}$")], ...] = ()
    sop_classes: tuple[Annotated[str, Field(pattern=r"^[0-9.]{1,64}$")], ...] = ()
    card: Card
    input: Input | None = None
    output: Output | None = None
    calibration: Calibration | None = None
    endpoint: Endpoint | None = None
    seconds: Annotated[float, Field(gt=0, le=600)] = 30.0
    memory_mb: Annotated[int, Field(ge=128, le=65_536)] = 2048

    @model_validator(mode="after")
    def _complete(self) -> Self:
        unknown = sorted(set(self.modalities) - MODALITIES)
        if unknown:
            raise ValueError(f"modalities: {', '.join(unknown)} is no DICOM modality")
        if self.engine in {Engine.ONNX, Engine.KSERVE} and not (self.input and self.output):
            raise ValueError("input and output are needed for this engine")
        if self.engine in {Engine.ONNX, Engine.HUGGINGFACE} and not self.weights_sha256:
            raise ValueError("weights_sha256 is needed for this engine")
        if self.engine in {Engine.OPENAI, Engine.KSERVE} and not self.endpoint:
            raise ValueError("endpoint is needed for this engine")
        if self.calibration and not (self.output and self.output.activation != "none"):
            raise ValueError("calibration needs an output with an activation")
        return self

    def describe(self) -> Description:
        """As a provider says it of itself."""
        return Description(
            id=self.id,
            version=self.version,
            weights_sha256=self.weights_sha256,
            intended_use=self.card.intended_use.en,
            modalities=self.modalities,
            body_parts=self.body_parts,
            sop_classes=self.sop_classes,
            takes=self.takes,
            determinism="remote" if self.endpoint else "deterministic",
            limits=tuple(limit.en for limit in self.card.limits),
        )


def read_manifest(content: bytes | str) -> Manifest:
    """The manifest of a JSON text; raises `BadManifest` with every fault."""
    try:
        given = json.loads(content)
        # PostgreSQL cannot keep this character, and no text needs it.
        stored = "\\u0000" not in json.dumps(given)
    except (ValueError, RecursionError):
        raise BadManifest(["this is no JSON text"]) from None
    if not stored:
        raise BadManifest(["a text holds a character that cannot be stored (U+0000)"])
    try:
        return Manifest.model_validate(given)
    except ValidationError as error:
        places = [".".join(map(str, one["loc"])) for one in error.errors()]
        said = [one["msg"].removeprefix("Value error, ") for one in error.errors()]
        faults = [f"{place}: {text}" if place else text for place, text in zip(places, said, strict=True)]
        raise BadManifest(faults) from None


def manifest_dict(manifest: Manifest) -> dict[str, Any]:
    """The manifest as JSON carries it."""
    return manifest.model_dump(mode="json")
