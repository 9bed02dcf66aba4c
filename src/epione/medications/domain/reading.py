"""Reading a table's file, official or of the pack: every line is counted, nothing doubtful is loaded."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from .tables import Row, Table

MAX_BYTES = 150_000_000
_GZIP = b"\x1f\x8b"
_BROKEN = ("\x00", "\ufffd", "Ã©", "Ã¨", "Ã ", "â€™")


class BadFileError(ValueError):
    """A file that cannot be loaded: where, and why (`code` is stable; `facts` fill the sentence)."""

    def __init__(self, line: int, code: str, **facts: object) -> None:
        super().__init__(code)
        self.line = line
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows of a file, and what was passed over."""

    rows: tuple[Row, ...]
    empty_lines: int
    trailing_tabs: int
    repeated: int
    official: bool


def read_table(table: Table, content: bytes) -> Reading:
    """The rows of a file in the official layout or in that of the pack (TSV with header, gzipped or not).

    Raises `BadFileError` with the line: empty file, wrong encoding or number of columns, malformed code, repeated key.
    """
    content = unpacked(content)
    header = "\t".join(table.columns).encode()
    is_pack = content.removeprefix(b"\xef\xbb\xbf").startswith(header)
    text = decode(content, "utf-8" if is_pack else table.official.encoding)
    lines = enumerate(text.replace("\r\n", "\n").removesuffix("\n").split("\n"), start=1)
    if is_pack:
        next(lines)
    return _collect(table, lines, is_pack=is_pack)


def unpacked(content: bytes) -> bytes:
    """The content, out of its archive if it is in one, never more than `MAX_BYTES` of it: a small archive can swell."""
    if content.startswith(_GZIP):
        try:
            with gzip.open(io.BytesIO(content)) as archive:
                content = archive.read(MAX_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise BadFileError(1, "damaged-archive") from error
    if len(content) > MAX_BYTES:
        raise BadFileError(1, "too-large", megabytes=MAX_BYTES // 1_000_000)
    if not content.strip():
        raise BadFileError(1, "empty-file")
    return content


def decode(content: bytes, encoding: str) -> str:
    """The text in exactly this encoding, else `BadFileError` with the first line that proves another one."""
    if encoding == "utf-8":
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadFileError(content.count(b"\n", 0, error.start) + 1, "wrong-encoding", expected=encoding) from error
    else:
        text = _single_byte(content, encoding)
    for sign in _BROKEN:
        if sign in text:
            raise BadFileError(text.count("\n", 0, text.index(sign)) + 1, "broken-characters")
    return text


def _single_byte(content: bytes, encoding: str) -> str:
    """Any bytes decode as cp1252: what is valid UTF-8 beyond ASCII is not cp1252."""
    first = next((position for position, byte in enumerate(content) if byte > 127), None)
    if first is not None:
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            raise BadFileError(content.count(b"\n", 0, first) + 1, "wrong-encoding", expected=encoding)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadFileError(content.count(b"\n", 0, error.start) + 1, "wrong-encoding", expected=encoding) from error


def _collect(table: Table, lines: Iterator[tuple[int, str]], *, is_pack: bool) -> Reading:
    expected = len(table.columns) if is_pack else table.official.columns
    rows: dict[tuple[str, ...], Row] = {}
    empty = tabs = repeated = 0
    for number, line in lines:
        if not line.strip():
            empty += 1
            continue
        fields = next(csv.reader([line], delimiter="\t")) if is_pack else line.split("\t")
        if len(fields) == expected + 1 and not fields[-1].strip():
            tabs += 1
            fields.pop()
        if len(fields) != expected:
            raise BadFileError(number, "wrong-columns", found=len(fields), expected=expected)
        row = dict(zip(table.columns, fields, strict=True)) if is_pack else table.official.convert(fields)
        _check(table, row, number)
        key = tuple(row[column] for column in table.key)
        if key in rows:
            if table.unique and rows[key] != row:
                raise BadFileError(number, "repeated-key", key=" ".join(key))
            repeated += 1
        rows[key] = row
    if not rows:
        raise BadFileError(1, "empty-file")
    return Reading(tuple(rows.values()), empty, tabs, repeated, not is_pack)


def _check(table: Table, row: Row, number: int) -> None:
    for column, length in table.digits.items():
        value = row[column]
        if value and not (len(value) == length and value.isascii() and value.isdigit()):
            raise BadFileError(number, "bad-code", column=column, value=value[:20])
    if not all(row[column] for column in table.key[:1]):
        raise BadFileError(number, "missing-key", column=table.key[0])
