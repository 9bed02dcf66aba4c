"""Analysis of an image or a series by every model in service that is made for it; each answer is kept as it came.

A new run never replaces an earlier answer. Free text that comes with a request stays here: no model receives it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from django.db import transaction

from epione.identity.public import require
from epione.imaging import queries
from epione.imaging.domain.analyses import concerns
from epione.imaging.errors import (
    ImageHasNoPixels,
    ImageNotFound,
    ImageWaits,
    ModalityDiffers,
    SeriesTooLarge,
    UnknownModality,
)
from epione.imaging.models import Instance, InstanceState, Series
from epione.imaging.providers.frames import frames_of
from epione.imaging.rules import READ, WRITE, permit
from epione.inference.public import (
    AnswerView,
    Channel,
    Frame,
    ImageRef,
    ModelView,
    NotLive,
    Request,
    Subject,
    Takes,
    Verdicts,
    answer_of,
    answers,
    ask,
    enter_shipped,
    give_verdict,
    modality_of,
    models,
)
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.ids import uuid7
from epione.kernel.jobs import enqueue
from epione.kernel.storage import open_blob
from epione.ledger.public import record

from .opening import View, find_instance

IMAGE, SERIES = "image", "series"
MOST_PIXELS = 300_000_000
"""Read at once: over a thousand CT slices, 600 MB."""
SECONDS = {IMAGE: 60.0, SERIES: 3000.0}
"""What the answer of one model may take, the reading of the images included."""
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Analysis:
    """One run over an image or a series: what each model answered."""

    kind: str
    id: UUID
    run_id: UUID
    at: datetime
    seconds: float
    answers: tuple[AnswerView, ...]


@dataclass(frozen=True, slots=True)
class _Thing:
    """What is analysed, of one series."""

    kind: str
    id: UUID
    series: Series
    rows: Sequence[Instance]
    modality: str


def analyse_image(
    *, instance_id: UUID, by: Actor, modality: str = "", context: str = "", again: bool = False
) -> Analysis:
    """Ask every model that is made for such an image; the same image again is answered from what is kept.

    Raises `ImageWaits` while the image may show a name, `UnknownModality`, `ModalityDiffers`, `ImageHasNoPixels`.
    """
    require(by, WRITE)
    row = find_instance(instance_id=instance_id, by=by)
    permit(by, row.series.study.subject, WRITE)
    said = _modality(row.series.modality, modality)
    _readable([row])
    return _analyse(_Thing(IMAGE, row.id, row.series, [row], said), by, context, again=again)


def analyse_series(*, series_id: UUID, by: Actor, told: Told, again: bool = False) -> Analysis:
    """Ask every model that is made for a whole series; `told(done, total)` follows the reading of its images."""
    series = find_series(series_id=series_id, by=by, scope=WRITE)
    rows = images_of(series)
    _readable(rows)
    return _analyse(_Thing(SERIES, series.id, series, rows, series.modality), by, "", told, again=again)


@transaction.atomic
def request_series_analysis(*, series_id: UUID, by: Actor) -> UUID:
    """Have a series analysed in the background; the id of the job."""
    series = find_series(series_id=series_id, by=by, scope=WRITE)
    _readable(images_of(series))
    patient_id = series.study.subject.patient_id
    record(action="imaging.request_analysis", by=by, entity=("series", str(series.id)), patient_id=patient_id)
    return enqueue("imaging.analyse", practice_id=by.practice_id, by=by, payload={"series_id": str(series.id)})


def find_series(*, series_id: UUID, by: Actor, scope: str = READ) -> Series:
    """The row of a series that the actor may see (or write to, as `scope` says)."""
    require(by, scope)
    rows = Series.objects.of_practice(by.practice_id).select_related("study__subject")
    row: Series | None = rows.filter(id=series_id).first()
    if row is None:
        raise ImageNotFound
    permit(by, row.study.subject, scope)
    return row


def images_of(series: Series) -> list[Instance]:
    """Its objects with pixels, in order."""
    rows = Instance.objects.of_practice(series.practice_id).filter(series=series, frames__gt=0, pixel_fault="")
    rows = rows.exclude(state=InstanceState.DISCARDED).select_related("series__study__subject")
    return list(rows.order_by("number", "position", "id"))


def _readable(rows: Sequence[Instance]) -> None:
    """There are pixels, and nobody's name may be in them."""
    if not rows or any(not row.frames or row.pixel_fault for row in rows):
        raise ImageHasNoPixels
    if any(row.state == InstanceState.WAITING for row in rows):
        raise ImageWaits


def _modality(stated: str, asked: str) -> str:
    """The modality of the series; another word for it is accepted, another modality is not."""
    if not asked:
        return stated
    wanted = modality_of(asked)
    if not wanted:
        raise UnknownModality
    if stated and wanted != stated:
        raise ModalityDiffers(stated=stated)
    return wanted


def _analyse(
    thing: _Thing, by: Actor, context: str, told: Told = lambda _done, _total: None, *, again: bool
) -> Analysis:
    enter_shipped(by=by)
    subject = thing.series.study.subject
    run_id, started = uuid7(), clock.now()
    request = _request(thing, told)
    found = [
        _asked(model, request, thing, by, run_id, again=again)
        for model in made_for(by, thing.kind, thing.modality, thing.series.body_part)
    ]
    given = [answer for answer in found if answer is not None]
    with transaction.atomic():
        record(
            action="imaging.analyse",
            by=by,
            entity=(thing.kind, str(thing.id)),
            patient_id=subject.patient_id,
            after={
                "run": str(run_id),
                "answers": {f"{one.key} {one.label}": str(one.id) for one in given},
                "context": context[:2000],
            },
        )
    now = clock.now()
    return Analysis(thing.kind, thing.id, run_id, now, (now - started).total_seconds(), tuple(given))


def made_for(by: Actor, kind: str, modality: str, body_part: str) -> list[ModelView]:
    """The models in service that are made for such an image or series."""
    takes = Takes.FRAME if kind == IMAGE else Takes.SERIES
    return [
        one
        for one in models(by.practice_id)
        if one.live is not None and concerns(one.live.manifest, takes, modality, body_part.upper())
    ]


def _asked(
    model: ModelView, request: Request, thing: _Thing, by: Actor, run_id: UUID, *, again: bool
) -> AnswerView | None:
    subject = thing.series.study.subject
    about = Subject(thing.kind, thing.id, subject.id, subject.patient_id)
    try:
        return ask(key=model.key, request=request, subject=about, by=by, run_id=run_id, again=again)
    except NotLive:
        # Switched off between the list and the question: it answers nothing.
        return None


def _request(thing: _Thing, told: Told) -> Request:
    """The question; frames are decoded when the first model wants them, once for all."""
    return Request(
        images=tuple(ImageRef(row.uid, row.stored_sha256, row.sop_class) for row in thing.rows),
        modality=thing.modality,
        frames=cache(lambda: decoded(thing.rows, told)),
        body_part=thing.series.body_part.upper(),
        seconds=SECONDS[thing.kind],
    )


def decoded(rows: Sequence[Instance], told: Told = lambda _done, _total: None) -> list[Frame]:
    """Every frame of these objects; raises `SeriesTooLarge` before anything is read, or the decoder's refusals."""
    if sum((row.rows or 0) * (row.columns or 0) * row.frames for row in rows) > MOST_PIXELS:
        raise SeriesTooLarge
    frames: list[Frame] = []
    for place, row in enumerate(rows, start=1):
        content = open_blob(practice_id=row.practice_id, subject_id=row.series.study.subject_id, blob_id=row.blob_id)
        frames += frames_of(
            content, queries.header_of(row), row.geometry, numbers=list(range(1, row.frames + 1)), image=row.uid,
            view=lambda number: View(frame=number),
        )  # fmt: skip
        told(place, len(rows))
    return frames


def judge_finding(*, answer_id: UUID, finding: int, verdict: Verdicts, by: Actor, text: str = "") -> AnswerView:
    """Confirm, correct or reject one finding; recorded, and kept beside the answer, which does not change."""
    require(by, WRITE)
    answer = answer_of(by.practice_id, answer_id)
    study_of(answer, by, WRITE)
    return give_verdict(answer_id=answer.id, finding=finding, verdict=verdict, by=by, scope=WRITE, text=text)


def study_of(answer: AnswerView, by: Actor, scope: str = READ) -> UUID:
    """The study that an answer is about, if the actor may see it."""
    kind, about_id = answer.about
    if kind == SERIES:
        series = find_series(series_id=about_id, by=by, scope=scope)
    else:
        series = find_instance(instance_id=about_id, by=by).series
        permit(by, series.study.subject, scope)
    found: UUID = series.study_id
    return found


def analyses_of(*, about_ids: Sequence[UUID], by: Actor) -> list[AnswerView]:
    """The newest answer of each model about each of these, the ones that people see; read with the study's opening."""
    newest: dict[tuple[UUID, str], AnswerView] = {}
    for one in answers(by.practice_id, about_ids=about_ids, limit=1000):
        if one.channel is not Channel.SHADOW:
            newest.setdefault((one.about[1], one.key), one)
    return list(newest.values())
