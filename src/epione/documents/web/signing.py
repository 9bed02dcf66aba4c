"""Signing a document, verifying a file that somebody brings, and what an outside verifier needs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epione.documents import queries, words
from epione.documents.domain.signing import Reason, Verdict
from epione.documents.errors import NotVerifiable
from epione.documents.public import sign_document, verify_file
from epione.documents.services import authority_file, revocation_file
from epione.identity.public import require_reauthentication, signed_in
from epione.kernel.actor import Actor

from .rows import people

EARLIER_PASSWORD = 300
"""Seconds during which a proof of identity is good for a signature."""
LARGEST = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature as the page of its document lists it."""

    signature: queries.SignatureView
    name: str
    reason: str
    level: str
    timestamp: str


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """One verified signature in words."""

    verdict: Verdict
    level: str
    timestamp: str
    trust: str
    change: str


def _by(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def signature_lines(document_id: UUID, by: Actor) -> list[SignatureLine]:
    """The signatures of a document with their words."""
    names = people(by)
    return [
        SignatureLine(
            one,
            names.get(one.signer_id, ""),
            words.reason_words(one.reason),
            words.level_words(one.level),
            words.timestamp_words(one.timestamp),
        )
        for one in queries.signatures(by.practice_id, document_id)
    ]


def reasons() -> list[tuple[str, str]]:
    """Why one may sign, for a list of choices."""
    return [(one.value, words.reason_words(one)) for one in Reason]


def reason_of(text: str) -> Reason:
    """The reason that was chosen, authorship when none was."""
    return Reason(text) if text in set(Reason) else Reason.AUTHOR


@require_POST
@signed_in("documents:write")
def sign(request: HttpRequest, document_id: UUID) -> HttpResponseBase:
    """Sign the version that was read, after a new proof of who signs."""
    require_reauthentication(request, EARLIER_PASSWORD)
    sign_document(
        document_id=document_id,
        digest=request.POST.get("digest", ""),
        by=_by(request),
        reason=reason_of(request.POST.get("reason", "")),
    )
    messages.success(request, _("The document is signed. The signature is in the PDF, its hash in the ledger."))
    return redirect("documents:document", document_id)


@signed_in("documents:read")
def verify(request: HttpRequest) -> HttpResponseBase:
    """Verify the signatures of a PDF; the file is not kept."""
    file = request.FILES.get("file")
    if request.method != "POST":
        return render(request, "documents/verify.html")
    if file is None or (file.size or 0) > LARGEST:
        return _unreadable(request, str(NotVerifiable.sentence))
    try:
        found = verify_file(content=b"".join(file.chunks()), by=_by(request))
    except NotVerifiable as refused:
        return _unreadable(request, str(refused))
    context: dict[str, Any] = {"found": found, "lines": [verdict_line(one) for one in found.verdicts]}
    return render(request, "documents/verify.html", context)


def _unreadable(request: HttpRequest, sentence: str) -> HttpResponse:
    return render(request, "documents/verify.html", {"refused": sentence}, status=NotVerifiable.status)


def verdict_line(verdict: Verdict) -> VerdictLine:
    """A verdict in words."""
    return VerdictLine(
        verdict,
        words.level_words(verdict.level),
        words.timestamp_words(verdict.timestamp),
        words.trust_words(verdict.trust),
        words.change_words(verdict.change),
    )


@signed_in("documents:read")
def authority(request: HttpRequest) -> HttpResponseBase:
    """The root certificates of the practice, for who verifies in another program."""
    return _file(authority_file(_by(request).practice_id), "application/x-pem-file", "epione-authority.pem")


@signed_in("documents:read")
def revocations(request: HttpRequest) -> HttpResponseBase:
    """The list of revoked certificates of the practice (RFC 5280)."""
    return _file(revocation_file(_by(request).practice_id), "application/pkix-crl", "epione-authority.crl")


def _file(content: bytes, media: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=media, headers=headers)
