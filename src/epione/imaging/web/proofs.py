"""`/api/v1/blockchain`: the proof of an image, a fresh verification, who read it.

The name is the specification's; the register is the ledger (docs/decisions/0035-ledger-instead-of-blockchain.md).
"""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from epione.identity.public import api_auth
from epione.imaging.services import proving
from epione.kernel.actor import Actor

from .proof_schemas import AccessLogOut, ImageVerdictOut, ProofOut

router = Router(tags=["imaging"], auth=api_auth)
READ = {"x-scope": "imaging:read"}


def _by(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@router.get("/{image_id}", response=ProofOut, operation_id="blockchain_proof", openapi_extra=READ)
def read_proof(request: HttpRequest, image_id: UUID) -> ProofOut:
    """The registered hash, the proof that an outsider checks without Epione, and the anchors that keep a head of it."""
    return ProofOut.of(proving.open_proof(instance_id=image_id, by=_by(request)))


@router.get("/{image_id}/verify", response=ImageVerdictOut, operation_id="blockchain_verify", openapi_extra=READ)
def verify(request: HttpRequest, image_id: UUID) -> ImageVerdictOut:
    """Check now: the encrypted file, its ledger entry, the path to a signed head."""
    return ImageVerdictOut.of(proving.verify_image(instance_id=image_id, by=_by(request)))


@router.get("/{image_id}/access-log", response=AccessLogOut, operation_id="blockchain_access_log", openapi_extra=READ)
def read_access_log(
    request: HttpRequest,
    image_id: UUID,
    page: Annotated[int, Field(ge=1, le=10_000)] = 1,
    size: Annotated[int, Field(ge=1, le=100)] = 50,
) -> AccessLogOut:
    """Who received, opened, retrieved or decided about the image or its study, newest first."""
    return AccessLogOut.of(image_id, proving.access_log(instance_id=image_id, by=_by(request), page=page, size=size))
