"""Tags that the code names, and the value representations of the dictionary (PS3.6, as pydicom carries it)."""

from pydicom.datadict import dictionary_VR, keyword_for_tag

ITEM = 0xFFFEE000
ITEM_END = 0xFFFEE00D
SEQUENCE_END = 0xFFFEE0DD

TRANSFER_SYNTAX = 0x00020010
SPECIFIC_CHARACTER_SET = 0x00080005
IMAGE_TYPE = 0x00080008
SOP_CLASS = 0x00080016
SOP_INSTANCE = 0x00080018
STUDY_DATE = 0x00080020
ACCESSION_NUMBER = 0x00080050
MODALITY = 0x00080060
CONVERSION_TYPE = 0x00080064
PATIENT_NAME = 0x00100010
PATIENT_ID = 0x00100020
ISSUER_OF_PATIENT_ID = 0x00100021
PATIENT_BIRTH_DATE = 0x00100030
PATIENT_SEX = 0x00100040
PATIENT_AGE = 0x00101010
STUDY_INSTANCE = 0x0020000D
SERIES_INSTANCE = 0x0020000E
STUDY_ID = 0x00200010
SAMPLES = 0x00280002
PHOTOMETRIC = 0x00280004
PLANAR = 0x00280006
FRAMES = 0x00280008
ROWS = 0x00280010
COLUMNS = 0x00280011
BITS_ALLOCATED = 0x00280100
BITS_STORED = 0x00280101
PIXEL_REPRESENTATION = 0x00280103
BURNED_IN = 0x00280301
FLOAT_PIXELS = 0x7FE00008
DOUBLE_PIXELS = 0x7FE00009
PIXELS = 0x7FE00010
PIXEL_TAGS = frozenset({FLOAT_PIXELS, DOUBLE_PIXELS, PIXELS})
#: Values of pixels, which the dictionary gives as "US or SS".
SIGNED_AS_PIXELS = frozenset(
    0x00280000 | element for element in (0x0104, 0x0106, 0x0107, 0x0108, 0x0109, 0x0110, 0x0111, 0x0120, 0x0121)
)

_KNOWN: dict[int, bytes] = {}


def is_private(tag: int) -> bool:
    """Whether the group is odd."""
    return bool(tag & 0x10000)


def vr_of(tag: int) -> bytes | None:
    """The VR that the dictionary gives (the first of several), None for a tag that it does not know.

    "OB or OW" answers OW and "US or SS" US, as PS3.5 A.1 and the usual reading of implicit files have it.
    """
    found = _KNOWN.get(tag)
    if found is None and not is_private(tag):
        try:
            found = dictionary_VR(tag).split(" or ")[0].encode()
        except KeyError:
            found = b"UL" if tag & 0xFFFF == 0 else None
        if found == b"OB" and tag in PIXEL_TAGS:
            found = b"OW"
        if found is not None:
            _KNOWN[tag] = found
    return found


def keyword(tag: int) -> str:
    """The keyword of the dictionary, "" for private and unknown tags."""
    return "" if is_private(tag) else keyword_for_tag(tag)


def text_of(tag: int) -> str:
    """(gggg,eeee), as people write tags."""
    return f"({tag >> 16:04x},{tag & 0xFFFF:04x})"
