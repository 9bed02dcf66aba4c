"""`/api/v1/documents`: list, read, file, sign; verification of a file."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Router
from ninja.files import UploadedFile
from pydantic import Field

from epione.documents import queries, services
from epione.documents.errors import NotVerifiable
from epione.identity.public import api_auth, require_reauthentication
from epione.kernel.actor import Actor, ActorKind
from epione.patients.public import closed_to, require_patient

from .schemas import DocumentDetail, DocumentList, DocumentOut, SignIn, VerificationOut
from .signing import EARLIER_PASSWORD, LARGEST

router = Router(tags=["documents"], auth=api_auth)


def _by(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _detail(view: queries.DocumentView, by: Actor) -> DocumentDetail:
    return DocumentDetail.opened(view, queries.signatures(by.practice_id, view.id))


@router.get("", response=DocumentList, operation_id="documents_list", openapi_extra={"x-scope": "documents:read"})
def list_documents(
    request: HttpRequest,
    patient_id: UUID | None = None,
    type: Annotated[str, Field(max_length=64)] = "",  # noqa: A002 -- the specification's name of the field
    validated: bool | None = None,
    page: Annotated[int, Field(ge=1, le=10_000)] = 1,
    size: Annotated[int, Field(ge=1, le=100)] = 25,
) -> DocumentList:
    """Newest versions of the documents, newest first; a patient sees her own."""
    by = _by(request)
    wanted = by.patient_id if by.kind is ActorKind.PATIENT else patient_id
    if wanted is not None:
        require_patient(by, wanted)
    found, total = queries.listed(
        by.practice_id,
        queries.Choice(type, validated),
        begin=(page - 1) * size,
        size=size,
        patient_id=wanted,
        closed=closed_to(by),
    )
    return DocumentList(items=[DocumentOut.of(one) for one in found], total=total, page=page, size=size)


@router.post(
    "/verify", response=VerificationOut, operation_id="documents_verify", openapi_extra={"x-scope": "documents:read"}
)
def verify(request: HttpRequest, file: File[UploadedFile]) -> VerificationOut:
    """Verify the signatures of a PDF; the file is not kept."""
    if (file.size or 0) > LARGEST:
        raise NotVerifiable
    return VerificationOut.of(services.verify_file(content=b"".join(file.chunks()), by=_by(request)))


@router.get(
    "/{document_id}", response=DocumentDetail, operation_id="documents_read",
    openapi_extra={"x-scope": "documents:read"},
)  # fmt: skip
def read(request: HttpRequest, document_id: UUID) -> DocumentDetail:
    """Open a document with its content and signatures; the read is recorded."""
    by = _by(request)
    return _detail(services.open_document(document_id=document_id, by=by), by)


@router.get("/{document_id}/file", operation_id="documents_file", openapi_extra={"x-scope": "documents:read"})
def file(request: HttpRequest, document_id: UUID, form: Annotated[str, Field(max_length=8)] = "pdf") -> HttpResponse:
    """The file of a document: pdf (with every signature), docx or html."""
    content, media, name = services.export_document(document_id=document_id, form=form, by=_by(request))
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=media, headers=headers)


@router.post(
    "/{document_id}/sign", response=DocumentDetail, operation_id="documents_sign",
    openapi_extra={"x-scope": "documents:write"},
)  # fmt: skip
def sign(request: HttpRequest, document_id: UUID, body: SignIn) -> DocumentDetail:
    """Sign the version with this digest, soon after signing in; 409 when it changed or was signed meanwhile."""
    require_reauthentication(request, EARLIER_PASSWORD)
    by = _by(request)
    signed = services.sign_document(document_id=document_id, digest=body.digest, by=by, reason=body.reason)
    return _detail(signed, by)
