"""Pixel data: copied as slices, trimmed to the declared image, replaced by masked ones, comments in them blanked."""

from epione.imaging.domain.dicom import tags
from epione.imaging.domain.dicom.walk import UNDEFINED, Head

from .comments import commented
from .encode import element
from .level import Level
from .rewrite import Rewriter


def pixels(rewriter: Rewriter, head: Head, level: Level, end: int) -> int:
    """The object's pixels; those of nested items (thumbnails) go."""
    tag, _, start, length = head
    after = rewriter.skip(head, level, end)
    if level.depth:
        rewriter.note(head, level, "removed")
    elif length == UNDEFINED:
        _encapsulated(rewriter, head, level, after)
    elif rewriter.pixels is not None and tag == tags.PIXELS:
        rewriter.note(head, level, "masked", "pixels")
        rewriter.out.append(element(tag, head[1], rewriter.pixels, implicit=level.implicit))
    elif rewriter.pixel_bytes is not None and length > rewriter.pixel_bytes + 1:
        rewriter.note(head, level, "trimmed", "pixels")
        value = rewriter.walker.data[start : start + rewriter.pixel_bytes]
        rewriter.out.append(element(tag, head[1], value, implicit=level.implicit))
    else:
        rewriter.out.append(rewriter.view[start - _head_size(level) : after])
    return after


def _head_size(level: Level) -> int:
    """Bytes before the value: pixel data are always of the long form."""
    return 8 if level.implicit else 12


def _encapsulated(rewriter: Rewriter, head: Head, level: Level, after: int) -> None:
    """Fragments as they are, but for the comments inside them."""
    walker, at, run = rewriter.walker, head[2], head[2] - _head_size(level)
    blanked = False
    while at < after:
        start, length, tag = walker.item(at, after)
        if tag != tags.ITEM:
            break
        for begin, stop in commented(walker.data, start, start + length):
            rewriter.out += [rewriter.view[run:begin], bytes(stop - begin)]
            run, blanked = stop, True
        at = start + length
    if blanked:
        rewriter.note(head, level, "cleaned", "comments")
    rewriter.out.append(rewriter.view[run:after])
