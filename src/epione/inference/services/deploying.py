"""Which version answers: each change is a new row, with who and why; going back is a new row too."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from epione.identity.public import require
from epione.inference import queries
from epione.inference.domain.deployments import Channel, InForce, Row, in_force
from epione.inference.errors import AlreadyOff, BadShare, ModelNotFound, NothingToRollBack, NotLive, ReasonMissing
from epione.inference.models import Deployment, Model
from epione.inference.providers.engines import provider_of
from epione.kernel.actor import Actor
from epione.kernel.clock import now
from epione.ledger.public import record

SCOPE = "models:write"


@dataclass(frozen=True, slots=True)
class _Change:
    """What is written: which channel, for which version, how much, where."""

    channel: Channel
    version_id: UUID | None
    reason: str
    site_id: UUID | None = None
    share: int = 100


def deploy(
    *,
    version_id: UUID,
    by: Actor,
    channel: Channel = Channel.LIVE,
    share: int = 100,
    site_id: UUID | None = None,
    reason: str = "",
) -> Row:
    """Put a version in service: `live`, as a `canary` for a share of the inputs, or as a `shadow` that nobody sees.

    The engine is tried first: weights that differ, a class of data that is not allowed, refuse the deployment.
    """
    require(by, SCOPE)
    version = queries.version_of(by.practice_id, version_id)
    if channel is Channel.OFF:
        raise NotLive
    if channel is Channel.CANARY and not 1 <= share <= 99:
        raise BadShare
    provider_of(version.manifest)
    with transaction.atomic():
        model = _locked(by, version.model_id)
        if channel is Channel.CANARY and _force(by, model, site_id).live is None:
            raise NotLive
        held = share if channel is Channel.CANARY else 100
        return _write(model, _Change(channel, version_id, reason, site_id, held), "inference.deploy", by)


@transaction.atomic
def switch_off(*, model_id: UUID, reason: str, by: Actor, site_id: UUID | None = None) -> Row:
    """From now on this model answers nothing, everywhere or at one site; a reason is asked for."""
    require(by, SCOPE)
    model = _locked(by, model_id)
    if not reason.strip():
        raise ReasonMissing
    if _force(by, model, site_id).off:
        raise AlreadyOff
    return _write(model, _Change(Channel.OFF, None, reason, site_id), "inference.switch_off", by)


def switch_on(*, model_id: UUID, reason: str, by: Actor, site_id: UUID | None = None) -> Row:
    """The version that answered last answers again."""
    require(by, SCOPE)
    earlier = _lives(by, model_id, site_id)
    if not earlier:
        raise NotLive
    version_id = earlier[0].version_id
    if version_id is None:
        raise NotLive
    return deploy(version_id=version_id, by=by, site_id=site_id, reason=reason)


@transaction.atomic
def roll_back(*, model_id: UUID, reason: str, by: Actor, site_id: UUID | None = None) -> Row:
    """The version that answered before the present one answers again, by a new row; a reason is asked for."""
    require(by, SCOPE)
    model = _locked(by, model_id)
    if not reason.strip():
        raise ReasonMissing
    lives = _lives(by, model_id, site_id)
    earlier = [one for one in lives if one.version_id != lives[0].version_id]
    if not earlier or earlier[0].version_id is None:
        raise NothingToRollBack
    provider_of(queries.version_of(by.practice_id, earlier[0].version_id).manifest)
    change = _Change(Channel.LIVE, earlier[0].version_id, reason, site_id)
    return _write(model, change, "inference.roll_back", by)


def _locked(by: Actor, model_id: UUID) -> Model:
    """The model, held until the row is written, so that two changes do not cross."""
    model: Model | None = Model.objects.select_for_update().of_practice(by.practice_id).filter(id=model_id).first()
    if model is None:
        raise ModelNotFound
    return model


def _force(by: Actor, model: Model, site_id: UUID | None) -> InForce:
    return in_force(queries.rows_of(by.practice_id, model.id), site_id=site_id, at=now())


def _lives(by: Actor, model_id: UUID, site_id: UUID | None) -> list[Row]:
    """The live rows that concern a site, the newest first."""
    rows = queries.rows_of(by.practice_id, model_id)
    mine = [one for one in rows if one.channel is Channel.LIVE and one.site_id in {None, site_id}]
    return sorted(mine, key=lambda one: (one.at, one.id.int), reverse=True)


def _write(model: Model, change: _Change, action: str, by: Actor) -> Row:
    row = Deployment(
        practice_id=by.practice_id,
        model=model,
        model_version_id=change.version_id,
        channel=change.channel.value,
        share=change.share,
        site_id=change.site_id,
        reason=change.reason.replace("\0", "").strip()[:300],
        author_id=by.id,
        author_name=by.name,
        at=now(),
    )
    row.save(force_insert=True)
    after = {
        "model": model.key,
        "version": str(change.version_id) if change.version_id else None,
        "channel": row.channel,
        "share": row.share,
        "site": str(change.site_id) if change.site_id else None,
        "reason": row.reason,
    }
    record(action=action, by=by, entity=("model", str(model.id)), after=after)
    return queries.as_row(row)
