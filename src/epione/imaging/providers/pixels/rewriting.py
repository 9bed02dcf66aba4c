"""Files whose pixels are written anew: uncompressed, and with regions painted over."""

from collections.abc import Callable, Sequence
from io import BytesIO

import numpy as np
from pydicom import Dataset, dcmread
from pydicom import Sequence as Items
from pydicom.uid import ExplicitVRLittleEndian

from epione.imaging.domain.dicom import Header, read_header
from epione.imaging.domain.pixels.faults import PixelFault
from epione.imaging.domain.pixels.layout import Array, Layout, layout_of

from . import decoded

Box = tuple[int, ...]  # left, top, width, height
PIXELS_CLEANED = ("113101", "Clean Pixel Data Option")  # PS3.16 CID 7050


def decompressed(content: bytes, *, lenient: bool = False) -> bytes:
    """The same object with native pixels, explicit little endian; as it is when it has them already."""
    header = read_header(content, lenient=lenient)
    if not header.compressed:
        return content
    file = _read(content)
    _set_pixels(file, *_native(header, lambda cells, _: cells))
    return _written(file)


def released(content: bytes, boxes: Sequence[Box]) -> bytes:
    """A de-identified object whose pixels a person looked at: `boxes` painted in every frame, and its flags say so."""
    header = read_header(content)
    file = _read(content)
    if boxes:
        _set_pixels(file, *_native(header, lambda cells, lies: painted(cells, lies, boxes)))
        _say_cleaned(file)
    file.BurnedInAnnotation = "NO"
    file.PatientIdentityRemoved = "YES"
    return _written(file)


def painted(cells: Array, layout: Layout, boxes: Sequence[Box]) -> Array:
    """The darkest that the frame has, whole cells over. Raises PixelFault (bad_view) for a box outside the image."""
    image = cells.copy()
    fill = _dark(cells, layout)
    for left, top, width, height in boxes:
        inside = min(left, top) >= 0 and min(width, height) > 0
        if not inside or left + width > layout.columns or top + height > layout.rows:
            raise PixelFault("bad_view")
        image[top : top + height, left : left + width] = fill
    return image


def _dark(cells: Array, layout: Layout) -> Array:
    if layout.photometric.startswith("YBR_FULL"):
        return np.array([0, 128, 128], cells.dtype)
    if layout.samples > 1 or layout.photometric == "PALETTE COLOR" or layout.bits_allocated == 1:
        return np.zeros((), cells.dtype)
    ordered = cells.view(cells.dtype.str.replace("u", "i")) if layout.signed else cells
    lowest = ordered.max() if layout.photometric == "MONOCHROME1" else ordered.min()
    return np.asarray(lowest).view(cells.dtype)


def _native(header: Header, change: Callable[[Array, Layout], Array]) -> tuple[bytes, Layout]:
    """All frames, decoded one by one and changed, as native bytes."""
    layout = layout_of(header)
    pieces, lies = [], layout
    for number in range(layout.frames):
        cells, lies = decoded(header, layout, number)
        pieces.append(change(cells, lies))
    whole = np.stack(pieces)
    return (np.packbits(whole, bitorder="little") if lies.bits_allocated == 1 else whole).tobytes(), lies


def _read(content: bytes) -> Dataset:
    return dcmread(BytesIO(content), force=True)


def _set_pixels(file: Dataset, pixels: bytes, lies: Layout) -> None:
    if lies.floating:
        raise PixelFault("unsupported_pixels")
    file.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file.PixelData = pixels + b"\0" * (len(pixels) % 2)
    file["PixelData"].VR = "OW" if lies.bits_allocated > 8 else "OB"
    file["PixelData"].is_undefined_length = False
    file.PhotometricInterpretation, file.BitsAllocated = lies.photometric, lies.bits_allocated
    file.HighBit = lies.shift + lies.bits_stored - 1
    if lies.samples > 1:
        file.PlanarConfiguration = 0
    for table in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths"):
        if table in file:
            del file[table]


def _say_cleaned(file: Dataset) -> None:
    methods = list(file.get("DeidentificationMethodCodeSequence", []))
    if any(one.get("CodeValue") == PIXELS_CLEANED[0] for one in methods):
        return
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = PIXELS_CLEANED[0], "DCM", PIXELS_CLEANED[1]
    file.DeidentificationMethodCodeSequence = Items([*methods, code])


def _written(file: Dataset) -> bytes:
    out = BytesIO()
    implicit = file.file_meta.TransferSyntaxUID.is_implicit_VR
    file.save_as(out, enforce_file_format=True, little_endian=True, implicit_vr=implicit)
    return out.getvalue()
