"""A Part 10 head made afresh: zeroed preamble, and file meta information that only names class, object and syntax."""

from epione.imaging.domain.dicom import NotDicom

from .encode import element

#: 2.25 and the UUID 5 of "epione.imaging" in the namespace of names: our implementation, the same in every release.
IMPLEMENTATION = b"2.25.110204823462437203905387938571906423341"
_UID = frozenset(b"0123456789.")


def part10_head(sop_class: bytes, sop_instance: bytes, syntax: str) -> bytes:
    """Preamble, prefix and group 2 (PS3.10 7.1)."""
    elements = b"".join(
        (
            element(0x00020001, b"OB", b"\0\1", implicit=False),
            element(0x00020002, b"UI", sop_class, implicit=False),
            element(0x00020003, b"UI", sop_instance, implicit=False),
            element(0x00020010, b"UI", syntax.encode(), implicit=False),
            element(0x00020012, b"UI", IMPLEMENTATION, implicit=False),
            element(0x00020013, b"SH", b"EPIONE", implicit=False),
        )
    )
    return (
        bytes(128)
        + b"DICM"
        + element(0x00020000, b"UL", len(elements).to_bytes(4, "little"), implicit=False)
        + elements
    )


def checked_uid(value: bytes) -> bytes:
    """The UID of a class as written, if it is one: digits and dots, 64 characters at most. Raises NotDicom bad_uid."""
    uid = value.strip(b"\0 ")
    if not uid or len(uid) > 64 or not _UID.issuperset(uid) or uid.startswith(b".") or uid.endswith(b"."):
        raise NotDicom("bad_uid")
    return uid
