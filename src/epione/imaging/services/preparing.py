"""From received bytes to what will be stored: outside of any transaction, in processes that can be killed."""

import hashlib
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from epione.imaging.domain.taken import Taken
from epione.imaging.providers.intake import IntakeRefused, processes, take

from .settings import Reception

MARK_BYTES = 32
MAX_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Prepared:
    """One received file: `mark` is the keyed hash by which it is known again; what became of it, or why not."""

    mark: bytes
    content: bytes = field(repr=False)
    taken: Taken | None = None
    refused: str = ""


def mark_of(reception: Reception, content: bytes) -> bytes:
    """Keyed BLAKE2b-256 of the bytes received: says nothing to those without the practice's secret."""
    return hashlib.blake2b(content, key=reception.secret, digest_size=MARK_BYTES, person=b"epione/received").digest()


def prepare(content: bytes, *, reception: Reception, lenient: bool = False) -> Prepared:
    """Read, de-identify and draw one file; what cannot be taken is a `Prepared` with its reason."""
    mark = mark_of(reception, content)
    if not content:
        return Prepared(mark, content, refused="empty")
    if len(content) > MAX_BYTES:
        return Prepared(mark, content, refused="too_large")
    try:
        taken = take(content, policy=reception.policy, secret=reception.secret, lenient=lenient)
    except IntakeRefused as refusal:
        return Prepared(mark, content, refused=refusal.code)
    return Prepared(mark, content, taken)


def prepare_all(contents: Collection[bytes], *, reception: Reception, lenient: bool = False) -> Iterator[Prepared]:
    """Prepare several files at once, as many as there are decoding processes; answers come in the order given."""
    if len(contents) <= 1:
        yield from (prepare(content, reception=reception, lenient=lenient) for content in contents)
        return
    with ThreadPoolExecutor(processes(), thread_name_prefix="intake") as pool:
        yield from pool.map(lambda content: prepare(content, reception=reception, lenient=lenient), contents)
