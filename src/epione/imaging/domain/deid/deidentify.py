"""One object de-identified: read, judged, rewritten, marked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from epione.imaging.domain.dicom import DEFAULT, Geometry, Header, Limits, NotDicom, geometry_of, read_header, tags
from epione.imaging.domain.dicom.charset import codecs_of, known
from epione.imaging.domain.dicom.reorder import in_order
from epione.imaging.domain.dicom.walk import Walker

from .acts import PLAIN
from .burned_in import burned_in_risk
from .encode import element, sequence
from .level import Level, Unsorted
from .masks import Rect, masked
from .meta import checked_uid, part10_head
from .patient import identifiers_of, original_of, patient_of
from .policy import TABLE_EDITION, Dates, Policy
from .report import BurnedInRisk, Original, Report
from .report import Level as Risk
from .rewrite import Rewriter
from .table import actions_for

_DOCUMENTS = b"1.2.840.10008.5.1.4.1.1.104."
_DIRECTORY = b"1.2.840.10008.1.3.10"
_MEDIA_CLASS = 0x00020002
_RECORDS = 0x00041220
_UIDS = (tags.STUDY_INSTANCE, tags.SERIES_INSTANCE, tags.SOP_INSTANCE)
_DATES = {Dates.REMOVE: b"REMOVED", Dates.SHIFT: b"MODIFIED", Dates.KEEP: b"UNMODIFIED"}


@dataclass(frozen=True, slots=True)
class Deidentified:
    """A valid Part 10 file, what was done, what it was, and whether its pixels are above suspicion.

    `identity_removed` is what (0012,0062) says. `original` is to be sealed at once; nothing else names the patient.
    """

    content: bytes
    report: Report
    original: Original
    risk: BurnedInRisk
    pseudonym: str
    sop_class_uid: str
    new_study_uid: str
    new_series_uid: str
    new_sop_instance_uid: str
    transfer_syntax: str
    date_offset_days: int
    identity_removed: bool


def deidentify(
    content: bytes,
    *,
    policy: Policy,
    secret: bytes,
    subject: str | None = None,
    masks: Sequence[Rect] = (),
    confirmed: bool = False,
    lenient: bool = False,
    limits: Limits = DEFAULT,
) -> Deidentified:
    """De-identify one Part 10 file under a policy.

    `secret` (32 bytes, of the practice) derives identifiers, pseudonym and shift of dates: one secret, one mapping.
    `subject` names the patient where the practice knows her; else issuer and patient number do. `masks` are painted in
    uncompressed pixels; `confirmed` says that a person has looked at them. Raises NotDicom with a stable code.
    """
    header = read_header(content, lenient=lenient, limits=limits)
    order = _Order(policy, secret, subject, tuple(masks), confirmed, limits)
    try:
        return _deidentified(header, order)
    except Unsorted:
        return _deidentified(in_order(header, limits), order)


@dataclass(frozen=True, slots=True)
class _Order:
    """What was asked for."""

    policy: Policy
    secret: bytes
    subject: str | None
    masks: tuple[Rect, ...]
    confirmed: bool
    limits: Limits


def _deidentified(header: Header, order: _Order) -> Deidentified:
    _refuse(header)
    sop_class = checked_uid(header.raw(tags.SOP_CLASS))
    risk = _judged(header, order)
    policy, syntax = order.policy, header.opened.syntax
    patient = patient_of(header, policy, order.secret, order.subject)
    rewriter = Rewriter(Walker(header.data, order.limits), patient, identifiers_of(header), PLAIN)
    geometry = geometry_of(header, order.limits)
    rewriter.pixels = _painted(header, geometry, order)
    rewriter.pixel_bytes = geometry.size if geometry and header.pixel_tag == tags.PIXELS else None
    removed = risk.level is Risk.CLEAN
    marks = _marks(policy, implicit=header.opened.implicit, removed=removed, painted=bool(order.masks))
    rewriter.due = marks[::-1]
    _rewrite(rewriter, header, sop_class.decode())
    study, series, instance = (_new_uid(rewriter, header.raw(tag)) for tag in _UIDS)
    return Deidentified(
        content=b"".join((part10_head(sop_class, instance, syntax), *rewriter.out)),
        report=Report(policy.name, TABLE_EDITION, tuple(rewriter.changes), _warnings(header, risk)),
        original=original_of(header),
        risk=risk,
        pseudonym=patient.pseudonym.decode(),
        sop_class_uid=sop_class.decode(),
        new_study_uid=study.decode(),
        new_series_uid=series.decode(),
        new_sop_instance_uid=instance.decode(),
        transfer_syntax=syntax,
        date_offset_days=patient.days if policy.dates is Dates.SHIFT else 0,
        identity_removed=removed,
    )


def _refuse(header: Header) -> None:
    """Objects that cannot be de-identified by their header."""
    if header.opened.meta.get(_MEDIA_CLASS, b"").strip(b"\0 ") == _DIRECTORY or _RECORDS in header:
        raise NotDicom("directory")
    if header.raw(tags.SOP_CLASS).startswith(_DOCUMENTS):
        raise NotDicom("encapsulated_document")
    if not header.raw(tags.SOP_INSTANCE).strip(b"\0 "):
        raise NotDicom("bad_uid")


def _judged(header: Header, order: _Order) -> BurnedInRisk:
    """The risk of burned-in text, once regions are masked: only somebody who looked makes doubt go."""
    risk = burned_in_risk(header)
    reasons = (*risk.reasons, "masked") if order.masks else risk.reasons
    level = Risk.CLEAN if order.confirmed else risk.level
    return replace(risk, level=level, reasons=(*reasons, "confirmed") if order.confirmed else reasons)


def _painted(header: Header, geometry: Geometry | None, order: _Order) -> bytes | None:
    """Native pixels with the regions painted, None when there is nothing to paint."""
    if not order.masks:
        return None
    if geometry is None or header.compressed or header.pixel_tag != tags.PIXELS:
        raise NotDicom("compressed_pixels")
    return masked(header.raw(tags.PIXELS), geometry, order.masks)


def _rewrite(rewriter: Rewriter, header: Header, sop_class: str) -> None:
    opened = header.opened
    charset = header.raw(tags.SPECIFIC_CHARACTER_SET)
    root = Level(actions_for(rewriter.patient.policy, sop_class), codecs_of(charset), implicit=opened.implicit)
    rewriter.data_set(opened.start, len(opened.data), root)
    rewriter.out += [piece for _, piece in reversed(rewriter.due)]


def _new_uid(rewriter: Rewriter, original: bytes) -> bytes:
    """What stands for an identifier of the object; only one that is kept must be well formed."""
    uid = original.strip(b"\0 ")
    if not uid:
        return b""
    return checked_uid(uid) if rewriter.patient.policy.retain_uids else rewriter.patient.derived.uid(uid)


def _marks(policy: Policy, *, implicit: bool, removed: bool, painted: bool) -> list[tuple[int, bytes]]:
    """(0012,0062) to (0012,0064) and (0028,0303): what was done, and YES only when nothing is pending."""
    method = "\\".join((f"Epione, policy {policy.name}", f"PS3.15 Table E.1-1, edition {TABLE_EDITION}"))
    codes = tuple(
        ((0x00080100, code.encode()), (0x00080102, b"DCM"), (0x00080104, meaning.encode()))
        for code, meaning in policy.codes(pixels_cleaned=painted and removed)
    )
    return [
        (0x00120062, element(0x00120062, b"CS", b"YES" if removed else b"NO", implicit=implicit)),
        (0x00120063, element(0x00120063, b"LO", method.encode(), implicit=implicit)),
        (0x00120064, sequence(0x00120064, codes, implicit=implicit)),
        (0x00280303, element(0x00280303, b"CS", _DATES[policy.dates], implicit=implicit)),
    ]


def _warnings(header: Header, risk: BurnedInRisk) -> tuple[str, ...]:
    """Codes of what a person should know."""
    found = list(header.opened.forgiven)
    if header.opened.meta.get(0x00020003, b"").strip(b"\0 ") != header.raw(tags.SOP_INSTANCE).strip(b"\0 "):
        found.append("meta_uid_differs")
    if not known(header.raw(tags.SPECIFIC_CHARACTER_SET)):
        found.append("unknown_charset")
    if header.opened.declared != header.opened.syntax:
        found.append("converted")
    if risk.face:
        found.append("face")
    return tuple(found)
