"""How an examination was made, in a sentence, from what its headers state; what they do not state is not said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_VALUES: dict[str, dict[str, str]] = {
    "fr": {
        "00180060": "{} kV", "00180050": "coupes de {} mm", "00180087": "{} T", "00180080": "TR {} ms",
        "00180081": "TE {} ms", "00185101": "incidence {}",
    },
    "en": {
        "00180060": "{} kV", "00180050": "slices of {} mm", "00180087": "{} T", "00180080": "TR {} ms",
        "00180081": "TE {} ms", "00185101": "view {}",
    },
}  # fmt: skip
"""Tag (PS3.6) -> how its value is said: KVP, SliceThickness, MagneticFieldStrength, RepetitionTime, EchoTime,
ViewPosition."""
_CONTRAST = ("00180010", {"fr": "produit de contraste indiqué dans l’en-tête", "en": "contrast stated in the header"})
_COUNT = {"fr": ("image", "images"), "en": ("image", "images")}
MOST_SERIES = 12


@dataclass(frozen=True, slots=True)
class Acquired:
    """One series: its modality, description, number of images, and the header of one of them (DICOM JSON)."""

    modality: str
    description: str
    images: int
    header: Mapping[str, Any]


def technique(series: Sequence[Acquired], lang: str) -> str:
    """One line for each series, twelve at most."""
    lines = [_line(one, lang) for one in series[:MOST_SERIES]]
    return "\n".join(lines)


def _line(one: Acquired, lang: str) -> str:
    stated = [words.format(text) for tag, words in _VALUES[lang].items() if (text := _text(one.header, tag, lang))]
    if _text(one.header, _CONTRAST[0], lang):
        stated.append(_CONTRAST[1][lang])
    count = f"{one.images} {_COUNT[lang][one.images != 1]}"
    name = " ".join(filter(None, (one.modality, one.description)))
    return ", ".join(filter(None, (name, count, *stated))) + "."


def _text(header: Mapping[str, Any], tag: str, lang: str) -> str:
    values = header.get(tag, {}).get("Value", [])
    value = values[0] if values else ""
    if isinstance(value, int | float):
        said = f"{value:.6g}"
        return said.replace(".", ",") if lang == "fr" else said
    return str(value).strip()[:64]
