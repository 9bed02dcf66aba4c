"""Where the rewriting stands: one level of nesting."""

from epione.imaging.domain.dicom.refusals import NotDicom

from .table import Do


class Unsorted(NotDicom):
    """Elements out of order or twice: the data set is put in order first, then rewritten."""

    def __init__(self, offset: int) -> None:
        super().__init__("odd_encoding", offset)


class Level:
    """Encoding, nesting, character sets, actions and, for private attributes, the pattern that leads here."""

    __slots__ = ("actions", "codecs", "depth", "implicit", "path", "pattern")

    def __init__(
        self,
        actions: dict[int, Do],
        codecs: tuple[str, ...],
        *,
        implicit: bool,
        depth: int = 0,
        path: tuple[tuple[int, int], ...] = (),
        pattern: str = "",
    ) -> None:
        self.actions = actions
        self.codecs = codecs
        self.implicit = implicit
        self.depth = depth
        self.path = path
        self.pattern = pattern

    def inner(self, tag: int, item: int, actions: dict[int, Do], *, implicit: bool, step: str) -> "Level":
        """The level of one item of the sequence `tag`."""
        return Level(
            actions,
            self.codecs,
            implicit=implicit,
            depth=self.depth + 1,
            path=(*self.path, (tag, item)),
            pattern=self.pattern + step,
        )
