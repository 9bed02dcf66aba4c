"""DICOM at byte level: bounded, typed in what it refuses, and decoding only what is asked for."""

from .as_json import dicom_json as dicom_json
from .geometry import Geometry as Geometry
from .geometry import geometry_of as geometry_of
from .header import DataSet as DataSet
from .header import Header as Header
from .header import open_header
from .limits import DEFAULT as DEFAULT
from .limits import Limits as Limits
from .refusals import CODES as CODES
from .refusals import NotDicom as NotDicom


def read_header(content: bytes, *, lenient: bool = False, limits: Limits = DEFAULT, pixels: bool = True) -> Header:
    """The header of a Part 10 file, its geometry checked against its pixel data unless `pixels` is false.

    Raises NotDicom with a stable code (see CODES) and never anything else.
    """
    header = open_header(content, lenient=lenient, limits=limits)
    if pixels:
        geometry_of(header, limits)
    return header
