"""`/api/v1/ai`: analysis of an image. What no model can know is null, and a sentence says so."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import AwareDatetime, ConfigDict

from epione.identity.public import api_auth
from epione.imaging import services
from epione.kernel.actor import Actor
from epione.kernel.errors import Invalid

from .answers import api_answer

router = Router(tags=["imaging"], auth=api_auth)
WRITE = {"x-scope": "imaging:write"}


class AnalyseIn(Schema):
    """What is asked. `additional_context` stays in the practice: no model receives it."""

    model_config = ConfigDict(extra="forbid")
    image_id: UUID | None = None
    modality: str = Field(default="", max_length=40)
    additional_context: str = Field(default="", max_length=2000)


class FindingOut(Schema):
    """One finding; `confidence` is null unless a calibration stands behind it."""

    description: str
    location: str | None
    confidence: float | None
    severity: str | None


class ImageAnalysisOut(Schema):
    """The answer. `risk_score`, `suggested_diagnosis` and `confidence` are null where no model states them."""

    image_id: UUID
    findings: list[FindingOut]
    risk_score: float | None
    suggested_diagnosis: str | None
    confidence: float | None
    model_used: str | None
    processing_time: float
    timestamp: AwareDatetime
    recommendations: list[str]
    measures: list[str]
    limitations: list[str]
    run_id: UUID


@router.post("/analyze/{image_id}", response=ImageAnalysisOut, operation_id="ai_analyze", openapi_extra=WRITE)
def analyse(request: HttpRequest, image_id: UUID, body: AnalyseIn) -> dict[str, Any]:
    """Analyse an image with every model in service that is made for it."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if body.image_id not in {None, image_id}:
        raise Invalid({"image_id": ["image_id"]})
    done = services.analyse_image(instance_id=image_id, modality=body.modality, context=body.additional_context, by=by)
    return api_answer(done)
