"""What runs in a child process on bytes that are not trusted (`kernel.sandbox`): JSON and bytes in, JSON and bytes out.

Faults are NotDicom and PixelFault; only their codes leave the process. No Django here.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from .domain.deid import POLICIES, Deidentified, Rect, deidentify
from .domain.dicom import Header, NotDicom, dicom_json, read_header
from .domain.pixels import Layout, PixelFault, View, Window, layout_of, picture, png, presets_of
from .domain.pixels.grey import Said, Table, greys_of, said_of
from .domain.pixels.measuring import counted_in, spacing_of
from .domain.pixels.view import Drawn, frame_number, sixteen_bits
from .providers.pixels import decoded, jpeg, native_bytes
from .providers.pixels.portions import element_at, frames_as_they_lie
from .providers.pixels.rewriting import decompressed, released

Asked = Mapping[str, Any]
Answer = tuple[dict[str, Any], list[bytes]]
PREVIEW = 1024


def intake(asked: Asked, content: bytes) -> Answer:
    """De-identify a received file and draw its middle frame.

    `asked`: policy (a name), secret (hex), and if wanted subject, lenient, masks ([[left, top, width, height]]),
    confirmed (a person has looked at the pixels), size (longest side of the preview). Answers what was found and done,
    and the de-identified file, then the preview (PNG) when there are pixels that can be drawn; else `pixel_fault` says
    why not.
    """
    masks = tuple(Rect(*box) for box in asked.get("masks", ()))
    lenient = bool(asked.get("lenient"))
    done = deidentify(
        decompressed(content, lenient=lenient) if masks else content,
        policy=POLICIES[asked["policy"]],
        secret=bytes.fromhex(asked["secret"]),
        subject=asked.get("subject"),
        masks=masks,
        confirmed=bool(asked.get("confirmed")),
        lenient=lenient,
    )
    header = read_header(done.content, pixels=False)
    facts, preview = _preview(header, int(asked.get("size", PREVIEW)))
    said = {**_deidentified(done), **facts, "pixels": header.pixel_tag is not None, "header": dicom_json(header)}
    return said, [done.content, *preview]


def _deidentified(done: Deidentified) -> dict[str, Any]:
    return {
        "original": asdict(done.original),
        "report": done.report.to_dict(),
        "pseudonym": done.pseudonym,
        "sop_class": done.sop_class_uid,
        "study_uid": done.new_study_uid,
        "series_uid": done.new_series_uid,
        "sop_uid": done.new_sop_instance_uid,
        "transfer_syntax": done.transfer_syntax,
        "date_offset_days": done.date_offset_days,
        "identity_removed": done.identity_removed,
        "risk": asdict(done.risk),
    }


def _preview(header: Header, size: int) -> tuple[dict[str, Any], list[bytes]]:
    """An object without pixels has neither preview nor fault."""
    if header.pixel_tag is None:
        return {"pixel_fault": "", "frames": 0}, []
    try:
        facts, made = _drawn(header, View(size=size))
    except (NotDicom, PixelFault) as fault:
        return {"pixel_fault": fault.code, "frames": 0}, []
    return {"pixel_fault": "", "frames": facts["frames"], "preview": facts}, made


def render(asked: Asked, content: bytes) -> Answer:
    """Draw one frame as a `View` says: what was drawn, and the picture."""
    return _drawn(read_header(content), View.from_dict(asked))


def _drawn(header: Header, view: View) -> Answer:
    layout = layout_of(header)
    number = frame_number(view, layout)
    cells, lies = decoded(header, layout, number)
    [said] = said_of(header, [number])
    facts = _about(said, layout)
    if view.form == "png16":
        image, offset = sixteen_bits(cells, lies)
        return {**facts, "form": "png16", "offset": offset, "size": _size(image.shape)}, [png(image)]
    drawn = picture(cells, lies, said, view)
    facts |= {"form": view.form, "size": _size(drawn.image.shape), "ignored": list(drawn.ignored), **_look(drawn)}
    return facts, [jpeg(drawn.image, view.quality) if view.form == "jpeg" else png(drawn.image)]


def _look(drawn: Drawn) -> dict[str, Any]:
    window = asdict(drawn.look) if isinstance(drawn.look, Window) else None
    return {"window": window, "table": isinstance(drawn.look, Table)}


def _size(shape: tuple[int, ...]) -> list[int]:
    """Width and height."""
    return [shape[1], shape[0]]


def frames(asked: Asked, content: bytes) -> Answer:
    """Decoded samples of the frames asked for (`frames`, counted from 1), little endian, interleaved by pixel.

    How they lie, their scale to quantities and the distance of pixels come with them.
    """
    header = read_header(content)
    layout = layout_of(header)
    wanted = [frame_number(View(frame=int(one)), layout) for one in asked["frames"]]
    made, about = [], []
    for said in said_of(header, wanted):
        native, lies = native_bytes(header, layout, said.number)
        made.append(native)
        about.append({**_about(said, layout), **_lies(lies)})
    return {"frames": about, "transfer_syntax": header.transfer_syntax}, made


def _lies(layout: Layout) -> dict[str, Any]:
    return {
        "bits_allocated": layout.bits_allocated,
        "bits_stored": layout.bits_stored,
        "shift": layout.shift,
        "signed": layout.signed,
        "floating": layout.floating,
        "samples": layout.samples,
        "photometric": layout.photometric,
    }


def _about(said: Said, layout: Layout) -> dict[str, Any]:
    """What a viewer or an analysis must know of a frame besides its samples."""
    header, greys = said.header, greys_of(said, layout)
    return {
        "frame": said.number + 1,
        "frames": layout.frames,
        "rows": layout.rows,
        "columns": layout.columns,
        "modality": header.modality,
        "slope": greys.scale.slope,
        "intercept": greys.scale.intercept,
        "scale_is_table": greys.scale.table is not None,
        "unit": greys.scale.unit or ("HU" if header.modality == "CT" else ""),
        "spacing": spacing_of(said),
        "padding": list(greys.padding) if greys.padding else None,
        "presets": list(presets_of(header.modality)) if layout.grey else [],
        "windows": [asdict(one) for one in greys.windows] if layout.grey else [],
        "tables": len(greys.tables),
    }


def statistics(asked: Asked, content: bytes) -> Answer:
    """Quantities within a `box` (left, top, right, bottom in pixels), or the `ellipse` in it, of one `frame`."""
    header = read_header(content)
    layout = layout_of(header)
    number = frame_number(View(frame=int(asked.get("frame", 1))), layout)
    cells, lies = decoded(header, layout, number)
    left, top, right, bottom = (float(edge) for edge in asked["box"])
    [said] = said_of(header, [number])
    box = (left, top, right, bottom)
    found = counted_in(cells, lies, greys_of(said, layout), box, ellipse=bool(asked.get("ellipse")))
    return {**found, "unit": _about(said, layout)["unit"]}, []


def masked(asked: Asked, content: bytes) -> Answer:
    """Paint `boxes` ([[left, top, width, height]]) in all frames, uncompressed afterwards; a person has looked at them.

    The file says then that nothing is burned in and that identity is removed. Without boxes only that is said.
    """
    boxes = [tuple(int(edge) for edge in box) for box in asked.get("boxes", ())]
    made = released(content, boxes)
    header = read_header(made, pixels=False)
    facts, preview = _preview(header, int(asked.get("size", PREVIEW)))
    return {**facts, "transfer_syntax": header.transfer_syntax, "header": dicom_json(header)}, [made, *preview]


def uncompressed(asked: Asked, content: bytes) -> Answer:
    """The same object with native pixels, explicit little endian."""
    return {}, [decompressed(content, lenient=bool(asked.get("lenient")))]


def portions(asked: Asked, content: bytes) -> Answer:
    """The `frames` asked for (from 1): `compressed` as they lie, else native, in the order that the header states."""
    header = read_header(content)
    return {}, frames_as_they_lie(header, [int(one) for one in asked["frames"]], compressed=bool(asked["compressed"]))


def element(asked: Asked, content: bytes) -> Answer:
    """The bytes of the element at a `path` of tags and item numbers."""
    return {}, [element_at(read_header(content, pixels=False), str(asked["path"]))]


def identify(asked: Asked, content: bytes) -> Answer:
    """What a file is and whose, from its header. Names leave the process: for the door that asks, never for logs."""
    header = read_header(content, lenient=bool(asked.get("lenient")), pixels=False)
    return {
        "transfer_syntax": header.transfer_syntax,
        "sop_class": header.sop_class_uid,
        "sop_uid": header.sop_instance_uid,
        "study_uid": header.study_uid,
        "series_uid": header.series_uid,
        "modality": header.modality,
        "patient_id": header.patient_id,
        "patient_name": header.patient_name,
        "pixels": header.pixel_tag is not None,
        "forgiven": list(header.opened.forgiven),
    }, []


def deidentified(asked: Asked, content: bytes) -> Answer:
    """De-identify one file without drawing it; asked for as `intake`. Answers what was done, and the file."""
    done = deidentify(
        content,
        policy=POLICIES[asked["policy"]],
        secret=bytes.fromhex(asked["secret"]),
        lenient=bool(asked.get("lenient")),
    )
    return _deidentified(done), [done.content]
