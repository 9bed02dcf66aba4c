"""Answers leave as DICOM (SR, SEG) or FHIR: preliminary, unverified, with what people said of each finding."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction

from epione import __version__
from epione.identity.public import require
from epione.imaging import queries
from epione.imaging.domain.analyses import TISSUES
from epione.imaging.domain.analysis_fhir import Told, diagnostic_report
from epione.imaging.domain.measures.tissues import WORDS, masks_of
from epione.imaging.domain.quality import stacked
from epione.imaging.errors import ExportFailed, ImageNotFound, NoSegmentation, NothingAnalysed
from epione.imaging.models import Instance, Study
from epione.imaging.rules import READ
from epione.inference.public import AnswerView, Status, said
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.ids import uuid7
from epione.kernel.kit.formats import language
from epione.kernel.sandbox import Sandbox, SandboxError
from epione.ledger.public import record

from . import analysing
from .opening import find_instance

SECONDS = 120.0
MEMORY = 1024 * 1024 * 1024
TYPES = {
    "fat": ("SCT", "55603005", "Adipose tissue"),
    "soft": ("SCT", "87784001", "Soft tissue"),
    "bone": ("SCT", "272673000", "Bone"),
    "air": ("99EPIONE", "air-inside", "Air inside the body"),
}


@cache
def _writer() -> Sandbox:
    """The process that writes DICOM: it alone loads the library, which takes seconds."""
    return Sandbox("epione.imaging.exported", processes=1, memory=MEMORY)


def _called(function: str, asked: dict[str, Any], *buffers: bytes) -> bytes:
    try:
        _said, made = _writer().call(function, asked, *buffers, seconds=SECONDS)
    except SandboxError as error:
        raise ExportFailed(reason=error.code) from error
    return made[0]


def _rows(kind: str, about_id: UUID, by: Actor) -> list[Instance]:
    require(by, READ)
    if kind == analysing.IMAGE:
        return [find_instance(instance_id=about_id, by=by)]
    if kind == analysing.SERIES:
        return analysing.images_of(analysing.find_series(series_id=about_id, by=by))
    raise ImageNotFound


def _answers(about_id: UUID, by: Actor) -> list[AnswerView]:
    found = analysing.analyses_of(about_ids=[about_id], by=by)
    if not found:
        raise NothingAnalysed
    return found


def _recorded(kind: str, about_id: UUID, form: str, study: Study, by: Actor) -> None:
    with transaction.atomic():
        record(
            action="imaging.export_analysis", by=by, entity=(kind, str(about_id)), patient_id=study.subject.patient_id,
            after={"form": form},
        )  # fmt: skip


def export_sr(*, kind: str, about_id: UUID, by: Actor) -> bytes:
    """A DICOM SR (TID 1500) of the newest answers; findings that a person rejected are left out."""
    rows = _rows(kind, about_id, by)
    given = [one for one in _answers(about_id, by) if one.result.status is Status.OK and one.result.findings]
    groups = [group for one in given if (group := _group(one))["findings"]]
    if not rows or not groups:
        raise NothingAnalysed
    asked = _identified() | {
        "modality": rows[0].series.modality,
        "language": language(),
        "device_uid": _uid(),
        "groups": groups,
    }
    _recorded(kind, about_id, "sr", rows[0].series.study, by)
    return _called("report", asked, *_headers(rows))


def _group(one: AnswerView) -> dict[str, Any]:
    verdicts = one.verdicts
    kept = [
        (finding, verdicts.get(place))
        for place, finding in enumerate(one.result.findings)
        if place not in verdicts or verdicts[place].verdict != "rejected"
    ]
    return {
        "name": one.key,
        "version": one.label,
        "uid": _uid(one.id),
        "findings": [
            {
                "system": finding.code.system,
                "code": finding.code.code,
                "label": (verdict.text if verdict and verdict.text else "") or _label(finding),
                "value": finding.measurement.value if finding.measurement else None,
                "unit": finding.measurement.unit if finding.measurement else "",
            }
            for finding, verdict in kept
        ],
    }


def _label(finding: Any) -> str:
    return str(finding.label_fr if language() == "fr" else finding.label_en)


def export_seg(*, kind: str, about_id: UUID, by: Actor) -> bytes:
    """A DICOM SEG of the ranges of Hounsfield units behind the volumes of a CT series."""
    rows = _rows(kind, about_id, by)
    told = [one for one in _answers(about_id, by) if one.key == TISSUES.id and one.result.status is Status.OK]
    if not told or any(row.frames != 1 for row in rows):
        raise NoSegmentation
    frames = analysing.decoded(rows)
    if not stacked(frames).is_regular:
        raise NoSegmentation
    masks = np.stack([masks_of(one) for one in frames])
    asked = _identified() | {
        "name": TISSUES.id,
        "version": TISSUES.version,
        "rows": masks.shape[1],
        "columns": masks.shape[2],
        "segments": [_segment(name) for name in WORDS],
    }
    _recorded(kind, about_id, "seg", rows[0].series.study, by)
    return _called("segmentation", asked, masks.tobytes(), *_headers(rows))


def _segment(name: str) -> dict[str, str]:
    system, code, meaning = TYPES[name]
    return {"label": WORDS[name][1], "system": system, "code": code, "meaning": meaning}


def _identified() -> dict[str, Any]:
    return {"series_uid": _uid(), "sop_uid": _uid(), "release": __version__}


def _uid(of: UUID | None = None) -> str:
    """A UID derived from a UUID (PS3.5 B.2)."""
    return f"2.25.{(of or uuid7()).int}"


def _headers(rows: Sequence[Instance]) -> list[bytes]:
    return [json.dumps(queries.header_of(row)).encode() for row in rows]


def export_fhir(*, kind: str, about_id: UUID, by: Actor) -> bytes:
    """A FHIR R4 DiagnosticReport of the newest answers, those without findings included with their reason."""
    rows = _rows(kind, about_id, by)
    found = _answers(about_id, by)
    study = rows[0].series.study if rows else None
    if study is None:
        raise NothingAnalysed
    told = [
        Told(
            str(one.id), said(one.manifest.card.title), one.label, one.at, one.result,
            {place: (verdict.verdict, verdict.text) for place, verdict in one.verdicts.items()},
        )
        for one in found
    ]  # fmt: skip
    made = diagnostic_report(
        told, report_id=str(uuid7()), subject=_subject(study), study_uid=study.uid, language=language(),
        issued=clock.now(),
    )  # fmt: skip
    _recorded(kind, about_id, "fhir", study, by)
    return json.dumps(made, ensure_ascii=False).encode()


def _subject(study: Study) -> dict[str, Any]:
    """The record when the images are linked to one, else the pseudonym."""
    if study.subject.patient_id:
        return {"reference": f"Patient/{study.subject.patient_id}"}
    return {"identifier": {"system": "urn:epione:pseudonym", "value": study.subject.pseudonym}}
