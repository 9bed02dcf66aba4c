"""The sentences of the source and their French: what is not translated yet, what is not set as French is written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from epione.kernel.kit.typography import typo_fr
from epione.kernel.translations import PACKAGE, catalogues

_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence of the source, and where it stands."""

    module: str
    place: str
    text: str
    context: str = ""


def read(source: Path) -> Catalog:
    """The messages of a `.po` file."""
    with source.open("rb") as file:
        return read_po(file, locale=source.parent.parent.name)


def messages(root: Path = PACKAGE) -> Iterator[Message]:
    """Every sentence marked for translation in the Python and the templates of every module."""
    for path in sorted(root.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "migrations" in path.parts or path.is_dir():
            continue
        if path.suffix != ".py" and "templates" not in path.parts:
            continue
        yield from _messages_of(path, root)


def _messages_of(path: Path, root: Path) -> Iterator[Message]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Templates are indented as pages are, which Python's tokenizer would refuse.
        text = re.sub(r"(?m)^[ \t]+", "", templatize(text, origin=str(path)))
    module = path.relative_to(root).parts[0]
    for line, found, _comments, context in extract("python", BytesIO(text.encode()), keywords=_KEYWORDS):
        single = found[0] if isinstance(found, tuple) else found
        if single:
            yield Message(module, f"{path.relative_to(root)}:{line}", single, context or "")


def missing_translations(language: str = "fr", root: Path = PACKAGE) -> list[Message]:
    """The messages that no catalogue of this language translates, each once."""
    known = {
        (_key(entry), entry.context or "")
        for source in catalogues(root)
        if source.parent.parent.name == language
        for entry in read(source)
        if entry.id and all(_texts(entry)) and not entry.fuzzy
    }
    lacking = {(one.text, one.context): one for one in messages(root) if (one.text, one.context) not in known}
    return sorted(lacking.values(), key=lambda one: one.place)


def _key(entry: Entry) -> str:
    return entry.id if isinstance(entry.id, str) else entry.id[0]


def _texts(entry: Entry) -> list[str]:
    """The translation, with its plural when it has one."""
    return [entry.string] if isinstance(entry.string, str) else list(entry.string or [""])


def unset_typography(root: Path = PACKAGE) -> list[tuple[Path, str, str]]:
    """French messages that the typography filter would change: file, as it is, as it should be."""
    return [
        (source, text, typo_fr(text))
        for source in catalogues(root)
        if source.parent.parent.name == "fr"
        for entry in read(source)
        if entry.id
        for text in _texts(entry)
        if text != typo_fr(text)
    ]


def set_typography(root: Path = PACKAGE) -> int:
    """Rewrite the French catalogues with their typography set; how many messages changed."""
    unset = unset_typography(root)
    for source in {path for path, _, _ in unset}:
        catalogue = read(source)
        for entry in catalogue:
            if entry.id:
                texts = tuple(typo_fr(text) for text in _texts(entry))
                entry.string = texts if isinstance(entry.id, tuple | list) else texts[0]
        with source.open("wb") as file:
            write_po(file, catalogue, width=120)
    return len(unset)
