"""Asking a model: the platform chooses the version, checks the question and the answer, and keeps both with proof.

The model runs outside of any transaction; the answer, its row and its entry of the ledger are then written as one.
"""

import logging
import time
from dataclasses import dataclass, replace
from importlib.metadata import version as installed
from uuid import UUID

from django.db import transaction

from epione import __version__
from epione.identity.public import require
from epione.inference import queries
from epione.inference.domain.checks import UnfitAnswer, as_dict, as_result, refusal
from epione.inference.domain.contract import Evidence, Request, Result, Status
from epione.inference.domain.deployments import Row, chosen
from epione.inference.domain.hashing import input_hash, request_hash, sha256_of
from epione.inference.domain.manifest import Engine, Manifest
from epione.inference.errors import InputDiffers, NotLive
from epione.inference.models import Answer
from epione.inference.providers.engines import provider_of
from epione.kernel.actor import Actor
from epione.kernel.clock import now
from epione.kernel.crypto import seal_json
from epione.kernel.errors import Expected
from epione.kernel.ids import uuid7
from epione.ledger.public import record
from epione.patients.public import require_clinical

logger = logging.getLogger(__name__)
SCOPE = "models:read"
PACKAGES = {Engine.ONNX: "onnxruntime", Engine.BUILTIN: "numpy"}
LASTING = (Status.OK.value, Status.ABSTAIN.value, Status.REJECTED.value)
"""Answers that the same question may be given again; an error is always tried anew."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an answer is about: an image or a series, whose key seals it, the record when it is known."""

    kind: str
    id: UUID
    key_id: UUID | None
    patient_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer beside the one that the same version gives now to the same bytes."""

    answer: queries.AnswerView
    again: Result
    is_same: bool


def ask(
    *,
    key: str,
    request: Request,
    subject: Subject,
    by: Actor,
    run_id: UUID | None = None,
    site_id: UUID | None = None,
    again: bool = False,
) -> queries.AnswerView:
    """The answer of a model to a request; the same question to the same version is answered from what is kept.

    With `again` it runs anew and a new answer is kept beside the earlier one. Raises `NotLive` when the model is off.
    """
    require(by, SCOPE)
    if subject.patient_id is not None:
        require_clinical(by, subject.patient_id)
    model = queries.model_of(by.practice_id, key, site_id=site_id)
    row = chosen(model.force, input_hash(request))
    if row is None:
        raise NotLive
    run = run_id or uuid7()
    answer = _answered(model, row, request, subject, run, again=again, by=by)
    if model.force.shadow is not None:
        _answered(model, model.force.shadow, request, subject, run, again=again, by=by)
    return answer


def _answered(
    model: queries.ModelView, row: Row, request: Request, subject: Subject, run_id: UUID, *, again: bool, by: Actor
) -> queries.AnswerView:
    version = model.version(row.version_id)
    if version is None:
        raise NotLive
    kept = None if again else _kept(version, row, request, subject, by)
    if kept is not None:
        return kept
    result, seconds = run_version(version.manifest, request)
    return _keep(version, row, request, subject, run_id, result, seconds, by)


def engine_hash(version: queries.VersionView) -> str:
    """SHA-256 of what runs: the manifest, and the release of the engine."""
    package = PACKAGES.get(version.manifest.engine, "")
    engine = f"{package} {installed(package)}" if package else f"epione {__version__}"
    return sha256_of({"manifest": version.digest, "engine": engine})


def _kept(
    version: queries.VersionView, row: Row, request: Request, subject: Subject, by: Actor
) -> queries.AnswerView | None:
    """The newest answer of this very version to this very question about this very thing."""
    found = (
        Answer.objects.of_practice(by.practice_id)
        .filter(
            model_version_id=version.id,
            request_hash=request_hash(request),
            engine_hash=engine_hash(version),
            about_kind=subject.kind,
            about_id=subject.id,
            subject_id=subject.key_id,
            channel=row.channel.value,
            status__in=LASTING,
        )
        .order_by("-id")
        .first()
    )
    if found is None:
        return None
    with transaction.atomic():
        record(
            action="inference.reuse", by=by, entity=("answer", str(found.id)), patient_id=subject.patient_id,
            after={"model": version.key, "version": version.label},
        )  # fmt: skip
    return queries.answer_of(by.practice_id, found.id)


def run_version(manifest: Manifest, request: Request) -> tuple[Result, float]:
    """The checked answer and its seconds; whatever the provider does, this is an answer of the contract."""
    started = time.perf_counter()
    result = _run(manifest, request)
    seconds = time.perf_counter() - started
    if seconds > request.seconds and result.status is not Status.ERROR:
        result = Result(Status.ERROR, reason="timed_out")
    return result, seconds


def _run(manifest: Manifest, request: Request) -> Result:
    refused = refusal(manifest.describe(), request)
    if refused:
        return Result(Status.REJECTED, reason=refused)
    try:
        raw = provider_of(manifest).analyse(request)
        return as_result(as_dict(raw) if isinstance(raw, Result) else raw)
    except Expected as error:
        return Result(Status.ERROR, reason=error.code)
    except UnfitAnswer as unfit:
        logger.warning("model %s %s answered outside of the contract", manifest.id, manifest.version)
        faults = tuple(Evidence("fault", fault[:500]) for fault in unfit.faults[:20])
        return Result(Status.ERROR, reason="answer_unfit", evidence=faults)


@transaction.atomic
def _keep(
    version: queries.VersionView,
    row: Row,
    request: Request,
    subject: Subject,
    run_id: UUID,
    result: Result,
    seconds: float,
    by: Actor,
) -> queries.AnswerView:
    content = as_dict(result)
    made = Answer(
        id=uuid7(),
        practice_id=by.practice_id,
        model_version_id=version.id,
        deployment_id=row.id,
        channel=row.channel.value,
        run_id=run_id,
        about_kind=subject.kind,
        about_id=subject.id,
        subject_id=subject.key_id,
        patient_id=subject.patient_id,
        input_hash=input_hash(request),
        request_hash=request_hash(request),
        engine_hash=engine_hash(version),
        status=result.status.value,
        reason=result.reason,
        seconds=seconds,
        author_id=by.id,
        at=now(),
    )
    made.sealed = seal_json(queries.place_of(made), content)
    after = {
        "model": version.key,
        "version": version.label,
        "weights_sha256": version.manifest.weights_sha256,
        "channel": made.channel,
        "input": made.input_hash,
        "request": made.request_hash,
        "engine": made.engine_hash,
        "status": made.status,
        "result": sha256_of(content),
    }
    entry = record(
        action="inference.answer", by=by, entity=("answer", str(made.id)), patient_id=subject.patient_id, after=after,
        content=bytes.fromhex(after["result"] or ""),
    )  # fmt: skip
    made.entry_id = entry.id
    made.save(force_insert=True)
    return queries.answer_of(by.practice_id, made.id)


def replay(*, answer_id: UUID, request: Request, by: Actor) -> Replay:
    """Ask the version of an answer the same question again, and say whether it answers the same; nothing is replaced.

    Raises `InputDiffers` when the bytes are not those that were analysed.
    """
    require(by, SCOPE)
    answer = queries.answer_of(by.practice_id, answer_id)
    if answer.patient_id is not None:
        require_clinical(by, answer.patient_id)
    if request_hash(request) != answer.request_hash:
        raise InputDiffers
    again, _seconds = run_version(answer.manifest, request)
    is_same = _without_times(again) == _without_times(answer.result)
    with transaction.atomic():
        record(
            action="inference.replay", by=by, entity=("answer", str(answer.id)), patient_id=answer.patient_id,
            after={"same": is_same},
        )  # fmt: skip
    return Replay(answer, again, is_same)


def _without_times(result: Result) -> Result:
    return replace(result, timings={})
