"""A file that bears a distinct value in every attribute of the confidentiality profile, at three depths and elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.datadict import dictionary_VR

from epione.imaging.data import rows
from tests.imaging.pixel_files import dataset, written

FUNCTIONAL_GROUPS = 0x52009229
CONTRIBUTION = 0x00189346
BYTES = frozenset({"OB", "OW", "OF", "OD", "OL", "OV", "UN"})

Path = tuple[tuple[int, int], ...]
Key = tuple[Path, int]


@dataclass(frozen=True)
class Planted:
    path: Path
    tag: int
    vr: str
    value: Any
    basic: str
    kept_by: frozenset[str]


def table() -> dict[int, dict[str, str]]:
    """Rows of the profile that stand for one tag of a data set."""
    found = {int(row["tag"], 16): row for row in rows("confidentiality_profile.csv")}
    return {tag: row for tag, row in found.items() if tag >> 16 > 7 and known(tag) and tag != 0x00020003}


def known(tag: int) -> bool:
    try:
        return bool(dictionary_VR(tag))
    except KeyError:
        return False


def vr_of(tag: int) -> str:
    return dictionary_VR(tag).split(" or ")[0]


class Planter:
    """Hands out values that occur nowhere else in the file."""

    def __init__(self) -> None:
        self.number = 0
        self.planted: list[Planted] = []

    def value(self, vr: str) -> Any:
        self.number += 1
        n = self.number
        day = date(1903, 3, 1) + timedelta(days=7 * n)
        if vr in BYTES:
            return f"QQOCTET{n:05d}QQOCTET{n:05d}".encode()
        return {
            "UI": f"1.3.999.7.{n}.5", "DA": f"{day:%Y%m%d}", "TM": f"{n % 24:02d}{n % 60:02d}{n * 11 % 60:02d}.{300000 + n}",
            "DT": f"{day:%Y%m%d}{n % 24:02d}{n % 60:02d}00.{400000 + n}", "PN": f"QQNOM{n:05d}^QQPRENOM", "AS": f"{150 + n % 800:03d}D",
            "DS": f"{n}.6543", "IS": str(8_000_000 + n), "US": 30_000 + n, "SS": -12_000 - n, "UL": 800_000_000 + n, "SL": -800_000_000 - n,
            "FD": n + 0.25, "FL": n + 0.75, "AT": 0x00100000 + n, "UR": f"http://qq.invalid/QQURL{n:05d}", "AE": f"QQAE{n:05d}",
            "CS": f"QQCS{n:05d}", "SH": f"QQSH{n:05d}",
        }.get(vr, f"QQTEXT{n:05d}")  # fmt: skip

    def note(self, path: Path, tag: int, vr: str, value: Any, row: dict[str, str]) -> None:
        kept = frozenset(name for name, mark in row.items() if mark == "K")
        self.planted.append(Planted(path, tag, vr, value, row.get("basic", ""), kept))

    def fill(self, target: Dataset, path: Path) -> None:
        """Every attribute of the table; sequences carry a Code Meaning."""
        for tag, row in table().items():
            vr = vr_of(tag)
            if vr == "SQ":
                item, value = Dataset(), self.value("LO")
                item.CodeMeaning = value
                target.add_new(tag, "SQ", [item])
            else:
                value = self.value(vr)
                target.add_new(tag, vr, value)
            self.note(path, tag, vr, value, row)

    def add(self, target: Dataset, path: Path, tag: int, vr: str) -> None:
        """An element that the table leaves to rules of their own: private, overlays, curves, colours."""
        value = self.value(vr)
        target.add_new(tag, vr, value)
        self.note(path, tag, vr, value, {"basic": "X"})


def planted_file() -> tuple[Dataset, Planter]:
    """The data set, not written yet, and what was planted in it."""
    planter = Planter()
    file = dataset(np.arange(64, dtype="<u2").reshape(8, 8))
    planter.fill(file, ())
    nested = Dataset()
    planter.fill(nested, ((FUNCTIONAL_GROUPS, 0),))
    file.add_new(FUNCTIONAL_GROUPS, "SQ", [nested])
    _deep(file, planter)
    for tag, vr in _elsewhere():
        planter.add(file, (), tag, vr)
    return file, planter


def _deep(file: Dataset, planter: Planter) -> None:
    """The whole table again, three sequences down, and in two items of one sequence."""
    first, second, third = Dataset(), Dataset(), Dataset()
    path: Path = ((0x52009230, 1), (0x00289415, 0), (CONTRIBUTION, 0))
    planter.fill(third, path)
    second.add_new(CONTRIBUTION, "SQ", [third])
    first.add_new(0x00289415, "SQ", [second])
    file.add_new(0x52009230, "SQ", [Dataset(), first])


def _elsewhere() -> Iterator[tuple[int, str]]:
    yield from ((0x00290010, "LO"), (0x00291010, "OB"), (0x00710010, "LO"), (0x00711001, "LO"), (0x00711002, "DT"))
    yield from (
        (group << 16 | element, vr) for group in (0x6000, 0x601E) for element, vr in ((0x3000, "OW"), (0x4000, "LT"))
    )
    yield from ((0x50003000, "OW"), (0x50042500, "LO"), (0x00282000, "OB"))


def planted_bytes(file: Dataset, syntax: str) -> bytes:
    """The Part 10 file, with values in its preamble and its file meta information too."""
    file.file_meta.SourceApplicationEntityTitle = "QQSOURCE"
    file.file_meta.PrivateInformationCreatorUID = "1.3.999.7.1"
    file.file_meta.PrivateInformation = b"QQPRIVATEMETA "
    file.preamble = b"QQPREAMBLE".ljust(128, b"\0")
    return written(file, syntax)


def values(content: bytes) -> dict[Key, Any]:
    """Every element of a file by the path that leads to it."""
    return dict(_walk(dcmread(BytesIO(content)), ()))


def _walk(level: Dataset, path: Path) -> Iterator[tuple[Key, Any]]:
    for element in level:
        yield (path, int(element.tag)), element
        if element.VR == "SQ":
            for number, item in enumerate(element.value):
                yield from _walk(item, (*path, (int(element.tag), number)))


def outcome(planted: Planted, found: dict[Key, Any]) -> str:
    """kept, removed, emptied or replaced."""
    element = found.get((planted.path, planted.tag))
    if element is None:
        return "removed"
    if element.VR == "SQ":
        if not element.value or not len(element.value[0]):
            return "emptied"
        return "kept" if element.value[0].get("CodeMeaning") == planted.value else "replaced"
    if element.is_empty:
        return "emptied"
    return "kept" if _same(element.value, planted.value) else "replaced"


def _same(found: Any, planted: Any) -> bool:
    if isinstance(planted, bytes):
        return bool(planted in bytes(found))
    return str(found) == str(planted) or found == planted
