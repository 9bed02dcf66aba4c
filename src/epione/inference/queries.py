"""Reads of the registry; nothing here records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from epione.kernel.clock import now
from epione.kernel.crypto import Erased, Place, unseal_json

from .domain.checks import as_result
from .domain.contract import Result, Status
from .domain.deployments import Channel, InForce, Row, in_force
from .domain.manifest import Manifest
from .errors import AnswerNotFound, ModelNotFound
from .models import Answer, Deployment, Model, ModelVersion, Verdict


@dataclass(frozen=True, slots=True)
class VersionView:
    """One immutable version."""

    id: UUID
    model_id: UUID
    key: str
    label: str
    manifest: Manifest
    digest: str
    author_id: UUID
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DeploymentView:
    """One row of the history; `label` is empty when it switched the model off."""

    id: UUID
    channel: Channel
    version_id: UUID | None
    label: str
    share: int
    site_id: UUID | None
    reason: str
    author_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ModelView:
    """A model with its versions, newest first, its deployments, newest first, and what answers now."""

    id: UUID
    key: str
    versions: tuple[VersionView, ...]
    deployments: tuple[DeploymentView, ...]
    force: InForce

    def version(self, version_id: UUID | None) -> VersionView | None:
        """A version by its id."""
        return next((one for one in self.versions if one.id == version_id), None)

    @property
    def live(self) -> VersionView | None:
        """The version that answers."""
        return self.version(self.force.live.version_id) if self.force.live else None

    @property
    def shown(self) -> VersionView:
        """The version whose card is shown: the one that answers, else the newest."""
        return self.live or self.versions[0]


@dataclass(frozen=True, slots=True)
class VerdictView:
    """What a person said of a finding; `text` is her correction or reason."""

    finding: int
    verdict: str
    text: str
    author_name: str
    at: datetime
    entry_id: UUID


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One answer with its provenance; `verdicts` holds the newest word on each finding."""

    id: UUID
    key: str
    label: str
    manifest: Manifest
    version_id: UUID
    deployment_id: UUID
    channel: Channel
    run_id: UUID
    about: tuple[str, UUID]
    subject_id: UUID | None
    patient_id: UUID | None
    input_hash: str
    request_hash: str
    engine_hash: str
    seconds: float
    author_id: UUID
    at: datetime
    entry_id: UUID
    result: Result
    verdicts: Mapping[int, VerdictView]


def version_view(row: ModelVersion, key: str) -> VersionView:
    """The version, its manifest read again from the row."""
    manifest = Manifest.model_validate(row.manifest)
    return VersionView(row.id, row.model_id, key, row.label, manifest, row.digest, row.author_id, row.created_at)


def rows_of(practice_id: UUID, model_id: UUID) -> list[Row]:
    """The deployments of a model as the rules read them."""
    found = Deployment.objects.of_practice(practice_id).filter(model_id=model_id)
    return [as_row(one) for one in found]


def as_row(one: Deployment) -> Row:
    """A deployment as the rules read it."""
    return Row(one.id, Channel(one.channel), one.model_version_id, one.site_id, one.share, one.at)


def models(practice_id: UUID, *, site_id: UUID | None = None, at: datetime | None = None) -> list[ModelView]:
    """Every model, by name, as it stands at a moment (now when none is given)."""
    rows = Model.objects.of_practice(practice_id).order_by("key")
    return [_model_view(row, site_id, at or now()) for row in rows.prefetch_related("versions", "deployments")]


def model_of(practice_id: UUID, key: str, *, site_id: UUID | None = None, at: datetime | None = None) -> ModelView:
    """One model by its name; raises `ModelNotFound`."""
    row = Model.objects.of_practice(practice_id).filter(key=key).prefetch_related("versions", "deployments").first()
    if row is None:
        raise ModelNotFound
    return _model_view(row, site_id, at or now())


def version_of(practice_id: UUID, version_id: UUID) -> VersionView:
    """One version by its id; raises `ModelNotFound`."""
    row = ModelVersion.objects.of_practice(practice_id).filter(id=version_id).select_related("model").first()
    if row is None:
        raise ModelNotFound
    return version_view(row, row.model.key)


def _model_view(row: Model, site_id: UUID | None, at: datetime) -> ModelView:
    versions = sorted(row.versions.all(), key=lambda one: one.id.int, reverse=True)
    deployments = sorted(row.deployments.all(), key=lambda one: (one.at, one.id.int), reverse=True)
    labels = {one.id: one.label for one in versions}
    views = tuple(
        DeploymentView(
            one.id, Channel(one.channel), one.model_version_id, labels.get(one.model_version_id, ""), one.share,
            one.site_id, one.reason, one.author_name, one.at,
        )
        for one in deployments
    )  # fmt: skip
    force = in_force([as_row(one) for one in deployments], site_id=site_id, at=at)
    return ModelView(row.id, row.key, tuple(version_view(one, row.key) for one in versions), views, force)


def place_of(row: Answer) -> Place:
    """Where an answer is sealed."""
    return Place(row.practice_id, row.subject_id, "inference_answer", row.id, "sealed")


def verdict_place(row: Verdict, subject_id: UUID | None) -> Place:
    """Where the words of a verdict are sealed."""
    return Place(row.practice_id, subject_id, "inference_verdict", row.id, "sealed")


def answers(
    practice_id: UUID,
    *,
    about_id: UUID | None = None,
    about_ids: Iterable[UUID] | None = None,
    run_id: UUID | None = None,
    input_hash: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 200,
) -> list[AnswerView]:
    """Who answered, when, with which model, on which bytes: newest first, by what is known of it."""
    given: dict[str, Any] = {
        "about_id": about_id, "about_id__in": None if about_ids is None else list(about_ids), "run_id": run_id,
        "input_hash": input_hash or None, "at__gte": since, "at__lte": until,
    }  # fmt: skip
    wanted = {name: value for name, value in given.items() if value is not None}
    rows = Answer.objects.of_practice(practice_id).filter(**wanted).order_by("-id")[:limit]
    return _views(rows.select_related("model_version__model").prefetch_related("verdicts"))


def answer_of(practice_id: UUID, answer_id: UUID) -> AnswerView:
    """One answer; raises `AnswerNotFound`."""
    rows = Answer.objects.of_practice(practice_id).filter(id=answer_id)
    found = _views(rows.select_related("model_version__model").prefetch_related("verdicts"))
    if not found:
        raise AnswerNotFound
    return found[0]


def _views(rows: Iterable[Answer]) -> list[AnswerView]:
    return [answer_view(row) for row in rows]


def answer_view(row: Answer) -> AnswerView:
    """The decrypted answer."""
    version = row.model_version
    newest: dict[int, VerdictView] = {}
    for one in sorted(row.verdicts.all(), key=lambda verdict: verdict.id.int):
        newest[one.finding] = _verdict_view(one, row.subject_id)
    return AnswerView(
        id=row.id,
        key=version.model.key,
        label=version.label,
        manifest=Manifest.model_validate(version.manifest),
        version_id=version.id,
        deployment_id=row.deployment_id,
        channel=Channel(row.channel),
        run_id=row.run_id,
        about=(row.about_kind, row.about_id),
        subject_id=row.subject_id,
        patient_id=row.patient_id,
        input_hash=row.input_hash,
        request_hash=row.request_hash,
        engine_hash=row.engine_hash,
        seconds=row.seconds,
        author_id=row.author_id,
        at=row.at,
        entry_id=row.entry_id,
        result=_result(row),
        verdicts=newest,
    )


def _result(row: Answer) -> Result:
    """What was answered; of an erased person only how it ended is left."""
    try:
        return as_result(unseal_json(place_of(row), bytes(row.sealed)))
    except Erased:
        return Result(Status(row.status), reason=row.reason or "erased")


def _verdict_view(row: Verdict, subject_id: UUID | None) -> VerdictView:
    try:
        text = unseal_json(verdict_place(row, subject_id), bytes(row.sealed))["text"]
    except Erased:
        text = ""
    return VerdictView(row.finding, row.verdict, text, row.author_name, row.at, row.entry_id)


def verdicts_of(practice_id: UUID, answer_id: UUID) -> list[VerdictView]:
    """Every word ever said of an answer, the oldest first."""
    rows = Verdict.objects.of_practice(practice_id).filter(answer_id=answer_id).select_related("answer").order_by("id")
    return [_verdict_view(row, row.answer.subject_id) for row in rows]
