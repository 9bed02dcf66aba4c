"""Pages of documents: the list, one document with its versions, its validation, its files."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epione.documents import queries
from epione.documents.kinds import kind_words
from epione.documents.public import export_document, fragment, open_document, validate_document
from epione.identity.public import allowed, reauthenticated, require_reauthentication, signed_in
from epione.kernel.actor import Actor, ActorKind
from epione.kernel.kit.parts import Tab
from epione.patients.public import banner_of, closed_to, frame_of, open_patient, record_of, require_clinical

from .rows import lines_of, people
from .signing import EARLIER_PASSWORD, reasons, signature_lines

SIZE = 30
STATES = {"draft": False, "validated": True}


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in actor of a page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@signed_in("documents:read")
def listing(request: HttpRequest) -> HttpResponseBase:
    """The recent documents of the practice; a patient sees her own."""
    by = actor_of(request)
    context = _listed(request, by, by.patient_id if by.kind is ActorKind.PATIENT else None)
    return render(request, "documents/list.html", context)


@signed_in("documents:read")
def of_patient(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """The documents of one patient, inside the open record."""
    by = actor_of(request)
    require_clinical(by, patient_id)
    record = open_patient(patient_id=patient_id, by=by)
    context = frame_of(record, by, "documents") | _listed(request, by, record.card.id)
    return render(request, "documents/patient.html", context)


def _listed(request: HttpRequest, by: Actor, patient_id: UUID | None) -> dict[str, Any]:
    known = queries.kinds(by.practice_id)
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    choice = queries.Choice(kind if kind in known else "", STATES.get(state))
    asked = request.GET.get("page", "1")
    wanted = max(int(asked), 1) if asked.isdigit() and len(asked) < 6 else 1
    found, total = queries.listed(
        by.practice_id, choice, begin=(wanted - 1) * SIZE, size=SIZE, patient_id=patient_id, closed=closed_to(by)
    )
    words = {"": _("All"), "draft": _("Drafts"), "validated": _("Validated")}
    return {
        "lines": lines_of(found, by),
        "total": total,
        "page": Paginator(range(total), SIZE).get_page(wanted),
        "kinds": [(one, kind_words(one), one == choice.kind) for one in known],
        "states": [Tab(text, _address(choice.kind, key), state == key) for key, text in words.items()],
        "state": state if state in STATES else "",
        "filtered": bool(choice.kind or choice.validated is not None),
    }


def _address(kind: str, state: str) -> str:
    kept = [f"{name}={value}" for name, value in (("kind", kind), ("state", state)) if value]
    return "?" + "&".join(kept)


@signed_in("documents:read")
def document(request: HttpRequest, document_id: UUID) -> HttpResponseBase:
    """One document as its reader will see it, its versions, its proof, and the way to validate it."""
    by = actor_of(request)
    return _shown(request, open_document(document_id=document_id, by=by), by)


def _shown(request: HttpRequest, opened: queries.DocumentView, by: Actor) -> HttpResponseBase:
    record = record_of(by.practice_id, opened.patient_id) if opened.patient_id else None
    names = people(by)
    signed = signature_lines(opened.id, by)
    may_write = allowed(by, "documents:write") and not opened.replaced
    context = {
        "document": opened,
        "kind": kind_words(opened.kind),
        "banner": banner_of(record, by) if record else None,
        # The fragment comes from the module's own template, which escapes every value.
        "body": mark_safe(fragment(opened.content, queries.pictures(opened, by.practice_id))),  # noqa: S308 -- its own template escapes
        "author": names.get(opened.author_id, ""),
        "validator": names.get(opened.validated_by, "") if opened.validated_by else "",
        "versions": [(one, names.get(one.author_id, "")) for one in queries.versions(opened, by.practice_id)],
        "may_validate": may_write and not opened.validated_at,
        "signatures": signed,
        "may_sign": may_write and all(one.signature.signer_id != by.id for one in signed),
        "reasons": reasons(),
        "known": reauthenticated(request, EARLIER_PASSWORD),
        "proof_url": _proof_url(opened, by),
    }
    return render(request, "documents/document.html", context)


def _proof_url(opened: queries.DocumentView, by: Actor) -> str:
    if opened.entry_id is None or not allowed(by, "audit:read"):
        return ""
    return reverse("ledger:entry", args=[opened.entry_id])


@require_POST
@signed_in("documents:write")
def validate(request: HttpRequest, document_id: UUID) -> HttpResponseBase:
    """Validate the version that was read, after a new proof of who validates."""
    by = actor_of(request)
    require_reauthentication(request, EARLIER_PASSWORD)
    validate_document(document_id=document_id, digest=request.POST.get("digest", ""), by=by)
    messages.success(request, _("The document is validated. Its PDF is kept and its hash is in the ledger."))
    return redirect("documents:document", document_id)


@signed_in("documents:read")
def download(request: HttpRequest, document_id: UUID, form: str) -> HttpResponse:
    """The file of a document: PDF, DOCX or HTML."""
    content, media, name = export_document(document_id=document_id, form=form, by=actor_of(request))
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=media, headers=headers)
