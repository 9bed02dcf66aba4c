"""French typography: the spaces, the apostrophe, the minus sign that a careful printer would set."""

import re
from typing import Final

NARROW: Final = "\u202f"
NBSP: Final = "\u00a0"
MINUS: Final = "\u2212"

_UNITS = (
    r"mg|g|kg|µg|mcg|ng|mL|ml|L|dL|cL|mmol|µmol|mol|UI|mEq|mm|cm|m|km|µm|h|min|s|ms|bpm|mmHg|kcal|Go|Mo|ko|€|°C|"
    r"m²|j|ans|an|mois"
)
_NUMBER = r"(?:\d|%\([a-z_0-9]+\)[sd]|\{[a-z_0-9]+\})"

# Tags, addresses and entities are not prose: they pass unchanged.
_OPAQUE = re.compile(r"<[^>]*>|https?://\S+|&[a-zA-Z]+;|&#\d+;")

_RULES: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"\.\.\."), "…"),
    (re.compile(r"(?<=[A-Za-zÀ-ÿŒœ])'(?=[A-Za-zÀ-ÿŒœ%{«\d])"), "’"),
    (re.compile(r"«[ \u00a0\u202f]*"), "«" + NBSP),
    (re.compile(r"[ \u00a0\u202f]*»"), NBSP + "»"),
    (re.compile(r"[ \u00a0\u202f]+([;!?])"), NARROW + r"\1"),
    (re.compile(r"(?<=[\w)%»])([;!?])(?=[\s»)]|$)"), NARROW + r"\1"),
    (re.compile(r"[ \u00a0\u202f]+:(?=[\s»]|$)"), NBSP + ":"),
    (re.compile(r"(?<=[\w)%»\]]):(?=\s|$)"), NBSP + ":"),
    (re.compile(rf"({_NUMBER})[ \u00a0\u202f]?(%%|%(?![(\w]))"), rf"\1{NARROW}\2"),
    (re.compile(r"(?<=\d)[ \u00a0](?=\d{3}(?!\d))"), NARROW),
    (re.compile(rf"({_NUMBER}) (?=(?:{_UNITS})(?![\w’]))"), rf"\1{NBSP}"),
    (re.compile(r"\b(M\.|MM\.|Mme|Mmes|Mlle|Dr|Drs|Pr|n°|p\.) (?=[\wÀ-ÿ%{])"), rf"\1{NBSP}"),
    (re.compile(r"(?<![\w\d)\u2212-])-(?=\d)"), MINUS),
)


def typo_fr(text: str) -> str:
    """French text with its spaces, apostrophes and signs set right; applied twice it changes nothing more."""
    pieces: list[str] = []
    start = 0
    for opaque in _OPAQUE.finditer(text):
        pieces += [_set(text[start : opaque.start()]), opaque.group()]
        start = opaque.end()
    return "".join([*pieces, _set(text[start:])])


def _set(prose: str) -> str:
    for pattern, replacement in _RULES:
        prose = pattern.sub(replacement, prose)
    return prose
