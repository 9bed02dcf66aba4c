"""Whether the pixels may carry text that names the patient: what the header says, read with distrust.

BurnedInAnnotation (0028,0301) absent is not NO (PS3.3 C.7.6.1.1.7): only objects whose pixels a reconstruction makes
are clean without a word.
"""

from epione.imaging.domain.dicom import Header, tags

from .report import BurnedInRisk, Level

_STORAGE = "1.2.840.10008.5.1.4.1.1."
#: Reconstructed or computed pixels: CT, MR, PET, NM, their enhanced and legacy forms, dose, segmentation, maps.
COMPUTED = frozenset(
    _STORAGE + one
    for one in (
        "2", "2.1", "2.2", "4", "4.1", "4.2", "4.3", "4.4", "20", "30", "66.3", "66.4", "66.7", "66.8", "67", "128",
        "128.1", "130", "481.2",
    )
)  # fmt: skip
_SECONDARY = _STORAGE + "7"
_ULTRASOUND = (_STORAGE + "3.", _STORAGE + "6.")
_SCANNED = frozenset({"DF", "SD", "SI", "DI", "DRW", "DV"})
_CAPTURES = ("SCREEN", "DOSE", "SCAN", "REPORT", "LABEL", "OVERVIEW", "PATIENTINFO", "CAPTURE", "PROTOCOL")
_HEAD = ("HEAD", "BRAIN", "SKULL", "FACE", "NECK", "TETE", "CRANE", "CEREBR", "SINUS", "ORBIT", "JAW", "MAXILL")
_COLOURED = frozenset({"SEG", "SM"})
_FACE_MODALITIES = frozenset({"CT", "MR", "PT"})


def burned_in_risk(header: Header) -> BurnedInRisk:
    """The risk of an object as received, before any region is masked."""
    if header.pixel_tag is None:
        return BurnedInRisk(Level.CLEAN)
    said = header.get(tags.BURNED_IN).strip().upper()
    sop_class, kind = header.sop_class_uid, " ".join(header.values(tags.IMAGE_TYPE)).upper()
    doubts = [*_capture(header, sop_class, kind), *_embedded(header)]
    if said == "YES":
        return BurnedInRisk(Level.BURNED_IN, ("declared_yes", *doubts), face(header))
    if said == "NO":
        doubts = [one for one in doubts if one not in _BY_CLASS]
    elif sop_class in COMPUTED:
        doubts += _secondary(header)
    elif not any(one in _BY_CLASS for one in doubts):
        doubts.append("not_declared")
    return BurnedInRisk(Level.DOUBTFUL if doubts else Level.CLEAN, tuple(doubts), face(header))


_BY_CLASS = frozenset({"ultrasound", "secondary_capture"})


def _capture(header: Header, sop_class: str, kind: str) -> list[str]:
    """Screens, scans and reports kept as images; ultrasound machines write the name above the picture."""
    found = []
    if sop_class.startswith(_ULTRASOUND) or header.modality == "US":
        found.append("ultrasound")
    if sop_class == _SECONDARY or sop_class.startswith(_SECONDARY + "."):
        found.append("secondary_capture")
    if header.get(tags.CONVERSION_TYPE).strip().upper() in _SCANNED:
        found.append("scanned")
    if any(word in kind for word in _CAPTURES):
        found.append("screen_or_label")
    return found


def _secondary(header: Header) -> list[str]:
    """Reconstructed slices have one sample a pixel and are primary; colours and secondary images may be screens."""
    found = ["colours"] if header.samples > 1 and header.modality not in _COLOURED else []
    if "SECONDARY" in header.values(tags.IMAGE_TYPE)[1:2]:
        found.append("derived_secondary")
    return found


def _embedded(header: Header) -> list[str]:
    """Overlays drawn in unused bits of the pixels (retired): removing their description leaves them there."""
    planes = (0x60000102 + (plane << 17) for plane in range(16))
    return ["overlay_in_pixels"] if any(header.integer(tag, 0) for tag in planes if tag in header) else []


def face(header: Header) -> bool:
    """Whether slices of a head are there, from which a face can be rebuilt."""
    if header.modality not in _FACE_MODALITIES:
        return False
    described = f"{header.get(0x00180015)} {header.get(0x00081030)} {header.get(0x0008103E)}".upper()
    return any(word in described for word in _HEAD)
