"""`/api/v1/dicom` and `/api/v1/imaging`: images in, lists, pictures, links."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router
from ninja.files import UploadedFile as NinjaFile

from epione.identity.public import api_auth
from epione.imaging import queries, services
from epione.imaging.domain.archive import is_archive
from epione.imaging.errors import FileRefused, sentence_of
from epione.kernel import clock
from epione.kernel.actor import Actor

from . import ai, proofs
from .schemas import (
    HeaderOut,
    ImageOut,
    LinkIn,
    OriginalOut,
    PictureQuery,
    ReasonIn,
    StudyDetail,
    StudyPage,
    StudyQuery,
    UploadOut,
)

router = Router(tags=["imaging"], auth=api_auth)
router.add_router("/ai", ai.router)
router.add_router("/blockchain", proofs.router)
READ, WRITE = {"x-scope": "imaging:read"}, {"x-scope": "imaging:write"}
HEAD = 132


def _by(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def image_out(outcome: services.Outcome) -> ImageOut:
    """What became of one file, in the words of the API."""
    at = clock.now()
    if isinstance(outcome, services.Refused):
        sentence = str(outcome.error())
        return ImageOut(state="refused", code=outcome.code, sop_uid=outcome.sop_uid, message=sentence, timestamp=at)
    sentences = {
        "received": _("Received, de-identified, encrypted and registered."),
        "already_there": _("This image was already received: nothing was changed."),
        "waiting": _("Received. It may show a name and waits for a radiologist."),
    }
    return ImageOut(
        image_id=outcome.instance_id,
        study_id=outcome.study_id,
        study_uid=outcome.study_uid,
        series_uid=outcome.series_uid,
        sop_uid=outcome.sop_uid,
        state=outcome.how,
        reasons=list(outcome.reasons),
        message=sentences[outcome.how],
        deidentified=not outcome.reasons,
        converted=outcome.drawn,
        encrypted=True,
        hash_registered=outcome.entry_id is not None,
        stored_sha256=outcome.stored_sha256,
        timestamp=at,
    )


@router.post("/dicom/upload", response={200: UploadOut, 201: UploadOut, 202: UploadOut, 207: UploadOut},
             operation_id="dicom_upload", url_name="dicom_upload", openapi_extra=WRITE)  # fmt: skip
def upload(
    request: HttpRequest,
    file: File[list[NinjaFile]],
    patient_id: Form[UUID | None] = None,
    lenient: Form[bool] = False,
) -> tuple[int, UploadOut]:
    """Send DICOM files, or one zip of them.

    201 when a file was stored, 200 when all were there already, 207 when some of several were refused (each answer is
    in `images`), 202 with a `job_id` for a zip. A single file that cannot be taken is a problem with its code.
    """
    by = _by(request)
    archives = [one for one in file if is_archive(_head(one))]
    if archives:
        if len(file) > 1:
            raise FileRefused("bad_zip")
        job_id = services.import_archive(content=archives[0].chunks(), by=by, patient_id=patient_id)
        message = _("The archive was received and is being unpacked.")
        return 202, UploadOut(state="unpacking", message=message, encrypted=True, job_id=job_id, timestamp=clock.now())
    contents = [one.read() for one in file]
    outcomes = services.receive(contents=contents, source="upload", by=by, patient_id=patient_id, lenient=lenient)
    if len(outcomes) == 1 and isinstance(outcomes[0], services.Refused):
        raise outcomes[0].error()
    return _status(outcomes), _answer(outcomes)


def _head(file: NinjaFile) -> bytes:
    file.seek(0)  # whoever read the request may have left it at its end
    head: bytes = file.read(HEAD)
    file.seek(0)
    return head


def _status(outcomes: Sequence[services.Outcome]) -> int:
    if any(isinstance(one, services.Refused) for one in outcomes):
        return 207
    there = all(isinstance(one, services.Received) and one.how == "already_there" for one in outcomes)
    return 200 if there else 201


def _answer(outcomes: Sequence[services.Outcome]) -> UploadOut:
    images = [image_out(one) for one in outcomes]
    return UploadOut(**images[0].dict(), images=images)


@router.get("/imaging/studies", response=StudyPage, operation_id="imaging_studies", openapi_extra=READ)
def list_studies(request: HttpRequest, asked: Query[StudyQuery]) -> dict[str, Any]:
    """Examinations, newest first."""
    wanted = queries.StudyFilter(**asked.dict(exclude={"page", "size"}))
    items, total = services.list_studies(wanted=wanted, by=_by(request), page=asked.page, size=asked.size)
    return {"items": items, "total": total, "page": asked.page, "size": asked.size}


@router.get("/imaging/studies/{study_id}", response=StudyDetail, operation_id="imaging_study", openapi_extra=READ)
def read_study(request: HttpRequest, study_id: UUID) -> queries.StudyView:
    """An examination with its series and objects; the reading is recorded."""
    return services.open_study(study_id=study_id, by=_by(request))


@router.get("/imaging/images/{image_id}", response=HeaderOut, operation_id="imaging_header", openapi_extra=READ)
def read_header(request: HttpRequest, image_id: UUID) -> dict[str, Any]:
    """The header of an object and the report of its de-identification."""
    header, report = services.open_header(instance_id=image_id, by=_by(request))
    return {"header": header, "report": report}


@router.get("/imaging/images/{image_id}/picture", operation_id="imaging_picture", openapi_extra=READ,
            response={200: bytes})  # fmt: skip
def read_picture(request: HttpRequest, image_id: UUID, asked: Query[PictureQuery]) -> HttpResponse:
    """A frame as PNG (8 or 16 bits) or JPEG, with a window in modality units, a preset, or the file's own."""
    view = services.View(**asked.dict())
    picture = services.open_picture(instance_id=image_id, view=view, by=_by(request))
    return HttpResponse(picture.content, content_type=picture.media, headers={"Cache-Control": "private, no-store"})


@router.get("/imaging/images/{image_id}/file", operation_id="imaging_file", openapi_extra=READ, response={200: bytes})
def read_file(request: HttpRequest, image_id: UUID) -> StreamingHttpResponse:
    """The de-identified DICOM file; the retrieval is recorded."""
    pieces = services.open_object(instance_id=image_id, by=_by(request))
    headers = {"Content-Disposition": f'attachment; filename="{image_id}.dcm"', "X-Content-Type-Options": "nosniff"}
    return StreamingHttpResponse(pieces, content_type="application/dicom", headers=headers)


@router.post("/imaging/studies/{study_id}/link", response=StudyDetail, operation_id="imaging_link",
             openapi_extra=WRITE)  # fmt: skip
def link(request: HttpRequest, study_id: UUID, body: LinkIn) -> queries.StudyView:
    """State whose images these are; 409 while name or birth date differ from the record's and nobody confirmed."""
    by = _by(request)
    services.link_study(study_id=study_id, patient_id=body.patient_id, confirmed=body.confirmed, by=by)
    return services.open_study(study_id=study_id, by=by)


@router.post("/imaging/studies/{study_id}/reidentify", response=OriginalOut, operation_id="imaging_reidentify",
             openapi_extra={"x-scope": "imaging_identities:read"})  # fmt: skip
def reidentify(request: HttpRequest, study_id: UUID, body: ReasonIn) -> dict[str, Any]:
    """The original identifiers, for a reason that is kept."""
    return {"original": services.reidentify_study(study_id=study_id, reason=body.reason, by=_by(request))}


@router.get("/imaging/refusals", response=list[dict[str, Any]], operation_id="imaging_refusals",
            openapi_extra=WRITE)  # fmt: skip
def list_refusals(request: HttpRequest) -> list[dict[str, Any]]:
    """Files that could not be taken and that nobody has settled: why, when, by which door."""
    rows = queries.refusals(_by(request).practice_id)[:200]
    return [
        {"id": row.id, "code": row.code, "message": str(sentence_of(row.code)), "source": row.source,
         "size": row.size, "received_at": row.created_at}
        for row in rows
    ]  # fmt: skip
