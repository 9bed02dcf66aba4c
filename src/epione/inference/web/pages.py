"""Pages of the registry: every model with its card, what answered when, and the switches of an administrator."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epione.identity.public import allowed, signed_in
from epione.inference import queries
from epione.inference.domain.deployments import Channel
from epione.inference.domain.manifest import Engine
from epione.inference.errors import ModelNotFound
from epione.inference.providers.folder import folder
from epione.inference.public import deploy, enter_shipped, register_version, roll_back, switch_off, switch_on
from epione.inference.words import CHANNELS, ENGINES, said
from epione.kernel.actor import Actor
from epione.kernel.errors import Expected
from epione.kernel.kit.formats import clock, day
from epione.kernel.kit.parts import Moment

from .candidates import candidates, manifest_of

READ, WRITE = "models:read", "models:write"


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in actor of a page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@signed_in(READ)
def listing(request: HttpRequest) -> HttpResponseBase:
    """Every model, what answers, and what could be entered."""
    return _listing(request)


def _listing(request: HttpRequest, refused: str = "", status: int = 200) -> HttpResponseBase:
    by = actor_of(request)
    enter_shipped(by=by)
    models = queries.models(by.practice_id)
    may_write = allowed(by, WRITE)
    context = {
        "lines": [_line(model) for model in models],
        "has_models": any(one.shown.manifest.engine is not Engine.BUILTIN for one in models),
        "candidates": candidates(models) if may_write else [],
        "folder": folder() if may_write else "",
        "may_write": may_write,
        "refused": refused,
    }
    return render(request, "inference/list.html", context, status=status)


def _line(model: queries.ModelView) -> dict[str, Any]:
    card = model.shown.manifest.card
    return {
        "model": model,
        "title": said(card.title),
        "summary": said(card.summary),
        "engine": ENGINES[model.shown.manifest.engine],
        "modalities": model.shown.manifest.modalities,
        "newest": model.deployments[0] if model.deployments else None,
    }


@require_POST
@signed_in(WRITE)
def enter(request: HttpRequest) -> HttpResponseBase:
    """Enter a version that the folder or the environment offers; nothing answers yet."""
    by = actor_of(request)
    try:
        manifest = manifest_of(request.POST.get("name", ""), allow_data=request.POST.get("allow_data") == "yes")
        if manifest is None:
            raise ModelNotFound
        version = register_version(manifest=manifest, by=by)
    except Expected as error:
        return _listing(request, str(error), error.status)
    messages.success(request, _("Version %(version)s is entered. It answers once it is put in service.") % {
        "version": version.label
    })  # fmt: skip
    return redirect("inference:model", version.model_id)


@signed_in(READ)
def model(request: HttpRequest, model_id: UUID) -> HttpResponseBase:
    """A model: its card, its versions, its deployments over time."""
    return _model(request, model_id)


def _model(request: HttpRequest, model_id: UUID, refused: str = "", status: int = 200) -> HttpResponseBase:
    by = actor_of(request)
    found = _found(by, model_id)
    manifest = found.shown.manifest
    card = manifest.card
    context = {
        "model": found,
        "manifest": manifest,
        "title": said(card.title),
        "summary": said(card.summary),
        "facts": [
            (_("Intended use"), said(card.intended_use)),
            (_("Not for"), said(card.not_for)),
            (_("Training data"), said(card.training_data)),
            (_("Regulatory status"), said(card.regulatory)),
        ],
        "limits": [said(one) for one in card.limits],
        "engine": ENGINES[manifest.engine],
        "moments": [_moment(one) for one in found.deployments],
        "may_write": allowed(by, WRITE),
        "may_go_back": len({one.version_id for one in found.deployments if one.channel is Channel.LIVE}) > 1,
        "may_switch_on": any(one.channel is Channel.LIVE for one in found.deployments),
        "refused": refused,
    }
    return render(request, "inference/model.html", context, status=status)


def _found(by: Actor, model_id: UUID) -> queries.ModelView:
    models = [one for one in queries.models(by.practice_id) if one.id == model_id]
    if not models:
        raise ModelNotFound
    return models[0]


def _moment(one: queries.DeploymentView) -> Moment:
    what = _("Version %(version)s") % {"version": one.label} if one.label else _("This model")
    share = f" ({one.share} / 100)" if one.channel is Channel.CANARY else ""
    who = ", ".join(part for part in (one.author_name, one.reason) if part)
    level = {Channel.LIVE: "ok", Channel.OFF: "ci"}.get(one.channel, "info")
    return Moment(
        margin=day(one.at), title=f"{what}, {CHANNELS[one.channel]}{share}", text=f"{clock(one.at)}, {who}",
        tag=str(CHANNELS[one.channel]), tag_level=level,
    )  # fmt: skip


def _changed(request: HttpRequest, model_id: UUID, change: Callable[[Actor], Any], words: str) -> HttpResponseBase:
    """Make a change and say so; a refusal is shown where it was asked."""
    by = actor_of(request)
    _found(by, model_id)
    try:
        change(by)
    except Expected as error:
        return _model(request, model_id, str(error), error.status)
    messages.success(request, words)
    return redirect("inference:model", model_id)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "")


@require_POST
@signed_in(WRITE)
def put_in_service(request: HttpRequest, model_id: UUID) -> HttpResponseBase:
    """Have a version answer, or try it beside the one that answers."""
    given = request.POST.get("channel", "")
    channel = Channel(given) if given in {Channel.CANARY, Channel.SHADOW} else Channel.LIVE
    asked = request.POST.get("share", "")
    share = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0

    def change(by: Actor) -> None:
        versions = {str(one.id): one.id for one in _found(by, model_id).versions}
        wanted = versions.get(request.POST.get("version_id", ""))
        if wanted is None:
            raise ModelNotFound
        deploy(version_id=wanted, channel=channel, share=share, reason=_reason(request), by=by)

    return _changed(request, model_id, change, _("Done. From now on this is what answers."))


@require_POST
@signed_in(WRITE)
def off(request: HttpRequest, model_id: UUID) -> HttpResponseBase:
    """Switch a model off, now."""
    words = _("The model is switched off: it answers nothing any more.")
    return _changed(request, model_id, lambda by: switch_off(model_id=model_id, reason=_reason(request), by=by), words)


@require_POST
@signed_in(WRITE)
def on(request: HttpRequest, model_id: UUID) -> HttpResponseBase:
    """Have the version that answered last answer again."""
    words = _("The model answers again.")
    return _changed(request, model_id, lambda by: switch_on(model_id=model_id, reason=_reason(request), by=by), words)


@require_POST
@signed_in(WRITE)
def back(request: HttpRequest, model_id: UUID) -> HttpResponseBase:
    """Go back to the version that answered before."""
    words = _("The earlier version answers again.")
    return _changed(request, model_id, lambda by: roll_back(model_id=model_id, reason=_reason(request), by=by), words)
