"""Files of a folder or a disc, one after the other, for `epione imaging import`."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from epione.imaging.domain.archive import ArchiveLimits, BadArchive, is_archive, members

LIMITS = ArchiveLimits()
HEAD = 132


@dataclass(slots=True)
class Folders:
    """What stands under some paths, in a stable order; links below them are not followed.

    `names` grows while reading: the file of each content handed out, the place in its archive beside it. `unread`
    counts by code what gave no content (unreadable, too_large, bad_zip, zip_bomb...); `unread_names` says where.
    """

    paths: list[Path]
    names: list[str] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    unread_names: list[tuple[str, str]] = field(default_factory=list)

    def contents(self) -> Iterator[bytes]:
        """The bytes of every file; those of an archive are those of its members, opened within limits."""
        for file in self._files():
            try:
                yield from self._of(file)
            except BadArchive as error:
                self._pass_over(file, error.code)
            except OSError:
                self._pass_over(file, "unreadable")

    def _files(self) -> Iterator[Path]:
        for path in self.paths:
            found = [path] if path.is_file() else sorted(path.rglob("*"))
            yield from (one for one in found if one.is_file() and (one == path or not one.is_symlink()))

    def _of(self, file: Path) -> Iterator[bytes]:
        with file.open("rb") as stream:
            head = stream.read(HEAD)
            stream.seek(0)
            if is_archive(head):
                for place, content in enumerate(members(stream, LIMITS), start=1):
                    self.names.append(f"{file} ({place})")
                    yield content
            elif file.stat().st_size > LIMITS.member:
                self._pass_over(file, "too_large")
            else:
                content = stream.read()
                self.names.append(str(file))
                yield content

    def _pass_over(self, file: Path, code: str) -> None:
        self.unread[code] += 1
        self.unread_names.append((str(file), code))
