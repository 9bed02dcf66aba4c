"""Entering versions: by an administrator, or those that ship with the program."""

from uuid import UUID

from django.db import transaction

from epione.identity.public import require
from epione.inference.domain.deployments import Channel
from epione.inference.domain.hashing import sha256_of
from epione.inference.domain.manifest import Engine, Manifest, manifest_dict
from epione.inference.errors import VersionExists
from epione.inference.models import Deployment, Model, ModelVersion
from epione.inference.providers.engines import provider_of
from epione.inference.queries import VersionView, version_view
from epione.inference.shipped import shipped
from epione.kernel.actor import Actor
from epione.kernel.clock import now
from epione.ledger.public import record

HERE = {Engine.ONNX, Engine.HUGGINGFACE, Engine.BUILTIN, Engine.DEMO}
"""Engines whose weights or code must be there when a version is entered."""


def register_version(*, manifest: Manifest, by: Actor) -> VersionView:
    """Enter a version; the same one twice is one. Nothing answers before it is deployed.

    Raises `VersionExists` for other content under the same number, and the refusals of its engine (weights that are
    missing or differ, the demonstration outside of the demo).
    """
    require(by, "models:write")
    if manifest.engine in HERE:
        provider_of(manifest)
    with transaction.atomic():
        row, is_new = _version(manifest, by.practice_id, by.id)
        if is_new:
            after = {"model": manifest.id, "version": manifest.version, "digest": row.digest}
            record(
                action="inference.register",
                by=by,
                entity=("model-version", str(row.id)),
                after=after | {"weights_sha256": row.weights_sha256},
                content=bytes.fromhex(row.digest),
            )
    return version_view(row, manifest.id)


def _version(manifest: Manifest, practice_id: UUID, author_id: UUID) -> tuple[ModelVersion, bool]:
    model, _new = Model.objects.get_or_create(practice_id=practice_id, key=manifest.id)
    Model.objects.select_for_update().get(id=model.id)
    content = manifest_dict(manifest)
    digest = sha256_of(content)
    known: ModelVersion | None = ModelVersion.objects.filter(model=model, label=manifest.version).first()
    if known is not None and known.digest != digest:
        raise VersionExists
    if known is not None:
        return known, False
    made = ModelVersion(
        practice_id=practice_id,
        model=model,
        label=manifest.version,
        engine=manifest.engine.value,
        weights_sha256=manifest.weights_sha256 or "",
        manifest=content,
        digest=digest,
        author_id=author_id,
    )
    made.save(force_insert=True)
    return made, True


def enter_shipped(*, by: Actor) -> None:
    """Enter the analyses that ship with this program, and put them in service where nobody has decided otherwise.

    A new version follows the one that answers; a model that somebody switched off stays off.
    """
    missing = _missing(by)
    if not missing:
        return
    with transaction.atomic():
        for manifest in missing:
            _enter(manifest, by)


def _missing(by: Actor) -> list[Manifest]:
    """What ships and is not entered yet."""
    rows = ModelVersion.objects.of_practice(by.practice_id).filter(engine=Engine.BUILTIN.value)
    entered = set(rows.values_list("model__key", "label"))
    return [one.manifest for key, one in sorted(shipped().items()) if (key, one.manifest.version) not in entered]


def _enter(manifest: Manifest, by: Actor) -> None:
    row, is_new = _version(manifest, by.practice_id, by.id)
    if not is_new:
        return  # another process was first
    newest = Deployment.objects.filter(model_id=row.model_id).order_by("-at", "-id").first()
    deployed = newest is None or newest.channel != Channel.OFF.value
    if deployed:
        Deployment(
            practice_id=by.practice_id,
            model_id=row.model_id,
            model_version=row,
            channel=Channel.LIVE.value,
            author_id=by.id,
            author_name="Epione",
            at=now(),
        ).save(force_insert=True)
    after = {"model": manifest.id, "version": manifest.version, "digest": row.digest, "deployed": deployed}
    record(action="inference.ship", by=by, entity=("model-version", str(row.id)), after=after)
