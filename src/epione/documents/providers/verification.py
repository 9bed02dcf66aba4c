"""Verification of the signatures of a PDF, without a network: who, when, and whether anything changed since."""

import asyncio
import hashlib
import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import x509
from cryptography import x509 as crypto
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from epione.documents.domain.signing import Change, Level, Timestamp, Trust, Verdict, Verification

from .authority import RPPS

LARGEST = 32 * 1024 * 1024
"""Bytes of a file that is verified."""


class NotReadable(ValueError):
    """The file is no PDF, or one whose structure is broken."""

    code = "not_readable"


@dataclass(frozen=True, slots=True)
class Anchors:
    """What a verification trusts, DER: roots of practices, roots of timestamp authorities, lists of revoked ones."""

    roots: Sequence[bytes] = ()
    clocks: Sequence[bytes] = ()
    revoked: Sequence[bytes] = ()


def verify(pdf: bytes, anchors: Anchors, *, now: datetime) -> Verification:
    """Every signature of the file, in their order; raises `NotReadable`."""
    if len(pdf) > LARGEST:
        raise NotReadable("too large")
    try:
        verdicts = asyncio.run(_verdicts(pdf, anchors, now))
    # A broken file may fail anywhere in the reader: these are its own errors and those of the values it meets.
    except (
        PdfError, ValueError, TypeError, LookupError, AttributeError, RecursionError, NotImplementedError, struct.error,
    ) as error:  # fmt: skip
        raise NotReadable(type(error).__name__) from error
    return Verification(hashlib.sha256(pdf).hexdigest(), verdicts)


async def _verdicts(pdf: bytes, anchors: Anchors, now: datetime) -> tuple[Verdict, ...]:
    reader = PdfFileReader(io.BytesIO(pdf))
    found = reader.embedded_signatures
    whole = not found or _covers_all(found[-1])
    return tuple([await _verdict(one, anchors, now, whole=whole) for one in found if one.sig_object_type == "/Sig"])


def _covers_all(last: EmbeddedPdfSignature) -> bool:
    return bool(last.evaluate_signature_coverage() is SignatureCoverageLevel.ENTIRE_FILE)


async def _verdict(one: EmbeddedPdfSignature, anchors: Anchors, now: datetime, *, whole: bool) -> Verdict:
    status = await _status(one, anchors, now)
    vouched = False
    if status.timestamp_validity is not None:
        # Judged on the day of the timestamp, when that timestamp holds: certificates may have ended since.
        then = await _status(one, anchors, status.timestamp_validity.timestamp)
        vouched = _vouches(then.timestamp_validity)
        status = then if vouched else status
    token = status.timestamp_validity
    at = token.timestamp if token is not None and vouched else None
    certificate: x509.Certificate = status.signing_cert
    said = certificate.subject.native
    number = str(said.get("serial_number", ""))
    return Verdict(
        name=str(said.get("common_name", "")),
        title=str(said.get("title", "")),
        rpps=number.removeprefix(RPPS) if number.startswith(RPPS) else "",
        practice=str(said.get("organization_name", "")),
        at=at,
        claimed=one.self_reported_timestamp,
        reason=str(one.sig_object.get("/Reason", "")),
        level=Level.B_T if token is not None else Level.B_B,
        timestamp=_kind(token, anchors) if vouched else Timestamp.NONE,
        timestamp_authority=str(token.signing_cert.subject.native.get("common_name", "")) if token and vouched else "",
        intact=bool(status.intact and status.valid),
        trust=await _trust(one, status, anchors, at),
        change=_change(status, whole=whole),
        fingerprint=certificate.sha256.hex(),
    )


async def _status(one: EmbeddedPdfSignature, anchors: Anchors, moment: datetime) -> PdfSignatureStatus:
    signers = _context(anchors.roots, moment)
    clocks = _context([*anchors.roots, *anchors.clocks], moment)
    return await async_validate_pdf_signature(one, signers, clocks)


def _context(roots: Sequence[bytes], moment: datetime) -> ValidationContext:
    loaded = [x509.Certificate.load(one) for one in roots]
    return ValidationContext(trust_roots=loaded, allow_fetching=False, moment=moment)


def _vouches(token: Any) -> bool:
    return bool(token.valid and token.intact and token.trusted)


def _kind(token: Any, anchors: Anchors) -> Timestamp:
    anchor = token.validation_path.trust_anchor.certificate.dump()
    return Timestamp.INTERNAL if anchor in anchors.roots else Timestamp.EXTERNAL


async def _trust(one: EmbeddedPdfSignature, status: PdfSignatureStatus, anchors: Anchors, at: datetime | None) -> Trust:
    certificate: x509.Certificate = status.signing_cert
    if status.trusted:
        since = _revoked_since(certificate, anchors)
        # Without a time that somebody vouches for, a revoked certificate proves nothing of any day.
        return Trust.REVOKED if since is not None and (at is None or since < at) else Trust.KNOWN
    begin = certificate["tbs_certificate"]["validity"]["not_before"].native
    then = await _status(one, anchors, begin)
    return Trust.EXPIRED if then.trusted else Trust.UNKNOWN


def _revoked_since(certificate: x509.Certificate, anchors: Anchors) -> datetime | None:
    issuers = [crypto.load_der_x509_certificate(one) for one in anchors.roots]
    for content in anchors.revoked:
        listed = crypto.load_der_x509_crl(content)
        if listed.issuer.public_bytes() != certificate.issuer.dump():
            continue
        signed = any(listed.is_signature_valid(issuer.public_key()) for issuer in issuers)  # type: ignore[arg-type]
        entry = listed.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if signed and entry is not None:
            return entry.revocation_date_utc
    return None


def _change(status: PdfSignatureStatus, *, whole: bool) -> Change:
    level = status.modification_level
    if level is ModificationLevel.NONE and status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return Change.NONE
    # What follows the last signature is nobody's: only signatures may follow one another.
    if whole and level in {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING}:
        return Change.SIGNATURES
    return Change.OTHER
