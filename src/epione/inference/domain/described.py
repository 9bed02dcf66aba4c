"""What a model that writes may answer about a picture, as a JSON schema, and how its text becomes a result.

It has no field for a confidence: a language model's own word for its certainty is no calibrated probability.
"""

import json
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .contract import Code, Finding, Line, Location, Result, Severity, Status

CODE: Final = "described-finding"
LIMITS: Final = ("wording-of-a-language-model", "no-confidence")
PROMPT: Final = (
    "You describe one de-identified medical image for a physician who will check every word. Modality: {modality}. "
    "Body part: {body_part}. Describe only what is visible in this image. Do not name a diagnosis, do not estimate a "
    "probability, do not mention the person. If the image is not readable, or you cannot tell, set abstain to true and "
    "give no finding. Give each finding in French and in English. Answer with the JSON of the schema and nothing else."
)


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")
    label_fr: Annotated[str, Field(min_length=1, max_length=300)]
    label_en: Annotated[str, Field(min_length=1, max_length=300)]
    location: Annotated[str, Field(max_length=200)]
    severity: Severity | None


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid")
    abstain: bool
    findings: Annotated[list[_Said], Field(max_length=40)]


def schema() -> dict[str, Any]:
    """The JSON schema that the reply must follow, without the keywords that hosted models refuse."""
    severities: list[str | None] = [*(one.value for one in Severity), None]
    fields: dict[str, Any] = {name: {"type": "string"} for name in ("label_fr", "label_en", "location")}
    fields["severity"] = {"type": ["string", "null"], "enum": severities}
    finding = {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
    whole = {"abstain": {"type": "boolean"}, "findings": {"type": "array", "items": finding}}
    return {"type": "object", "properties": whole, "required": list(whole), "additionalProperties": False}


def described(text: str, *, method: str, image: str = "", frame: int = 1) -> Result:
    """The result of a reply; one that does not follow the schema is an error, never repaired."""
    try:
        reply = _Reply.model_validate(json.loads(text))
    except (ValidationError, ValueError, RecursionError):
        return Result(Status.ERROR, reason="reply_not_of_the_schema", limitations=LIMITS)
    if reply.abstain:
        return Result(Status.ABSTAIN, reason="model_abstained", limitations=LIMITS)
    return Result(Status.OK, tuple(_finding(one, method, image, frame) for one in reply.findings), limitations=LIMITS)


def _finding(said: _Said, method: str, image: str, frame: int) -> Finding:
    place: Line = said.location
    return Finding(
        code=Code("99EPIONE", CODE, "Finding in words"),
        label_fr=said.label_fr,
        label_en=said.label_en,
        severity=said.severity,
        location=Location(text=place, image=image, frame=frame),
        method=method,
    )
