"""Checkpoints on an IPFS node, through the RPC of Kubo: content under its own hash, and a list of them by size.

The node is not believed: what it must answer is computed (`domain.cid`), what it gives back is hashed again.
Commands: docs.ipfs.tech/reference/kubo/rpc; each is a POST. A node that searches the network for an unknown content
never answers, so everything has a time limit.
"""

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
from django.core.exceptions import ImproperlyConfigured

from epione.ledger.domain.cid import CHUNK, cid_of, read, written

from .base import AnchorAway, AnchorFailed, AnchorPlace, Holding

SECONDS: Final = 10.0
BYTES_PER_SECOND: Final = 1_000_000
"""An upload may take this much longer by its size."""
LARGEST_ANSWER: Final = 64 * 1024 * 1024
LISTING_SECONDS: Final = 120.0
FOLDER: Final = "/epione"


class IpfsNode(AnchorPlace):
    """A node of the practice or of a service; `blobs`: it may also keep encrypted files of the record."""

    name = "ipfs"
    far = True

    def __init__(
        self, url: str, *, auth: tuple[str, str] | None = None, seconds: float = SECONDS, blobs: bool = False
    ) -> None:
        self.blobs = blobs
        self._url, self._auth, self._seconds = url, auth, seconds

    def anchor(self, note: bytes) -> bytes:
        """Pinned, and listed in the folder of its log; the proof is the CID."""
        cid = self.keep(note)
        origin, size, *_ = note.decode().split("\n")
        path = f"{_folder(origin)}/{int(size):012d}-{cid}"
        try:
            self._ask("files/cp", ("arg", f"/ipfs/{cid}"), ("arg", path), ("parents", "true"))
        except _Refused:
            # The same note was listed before, perhaps in an attempt that broke off: fine if it is the same content.
            listed = self._told("files/stat", ("arg", path))
            if _cid(listed.get("Hash")) != cid_of(note):
                raise
        return cid.encode()

    def keep(self, content: bytes) -> str:
        """Add and pin a content; its CID in base32. Raises `AnchorFailed` if the node names it otherwise."""
        options = [("cid-version", "1"), ("raw-leaves", "true"), ("pin", "true"), ("chunker", f"size-{CHUNK}")]
        raw = self._ask("add", *options, ("cid-base", "base32"), content=content)
        expected = cid_of(content)
        named = [line.get("Hash") for line in map(self._object, raw.splitlines())]
        if not named or _cid(named[-1]) != expected:
            raise AnchorFailed(f"{self._url}: the node names this content {named[-1:]}, not {written(expected)}")
        return written(expected)

    def fetch(self, cid: str) -> bytes:
        """The content of this CID, hashed again; raises `AnchorAway` when the node does not find it in time."""
        content = self._ask("cat", ("arg", cid))
        if cid_of(content) != read(cid):
            raise AnchorFailed(f"{self._url}: what the node gives as {cid} is another content")
        return content

    def pinned(self, cid: str) -> bool:
        """Whether the node says that it keeps this content."""
        try:
            answer = self._told("pin/ls", ("arg", cid))
        except _Refused:
            return False
        return any(_cid(name) == read(cid) for name in answer.get("Keys", {}))

    def check(self, note: bytes, proof: bytes) -> None:
        if _cid(proof.decode(errors="replace")) != cid_of(note):
            raise AnchorFailed(f"{self._url}: the CID is not that of this checkpoint")

    def answers(self) -> str:
        version = self._told("version").get("Version", "")
        return f"{self._url} answers (version {str(version)[:20]})"

    def holding(self, origin: str, kept: Sequence[bytes]) -> Holding:
        """One listing tells what is there; only contents that the database does not know are read."""
        known = {cid_of(note) for note in kept}
        listed = set(self._listed(origin))
        begin = time.monotonic()
        others = []
        for cid in sorted(listed - known):
            if time.monotonic() - begin > LISTING_SECONDS:
                raise AnchorAway(f"{self._url}: not all of {len(listed - known)} unknown checkpoints could be read")
            others.append(self.fetch(written(cid)))
        return Holding(others, lost=len(known - listed))

    def _listed(self, origin: str) -> Iterator[bytes]:
        try:
            told = self._told("files/ls", ("arg", _folder(origin)), ("long", "true"))
        except _Refused as refusal:
            if "does not exist" in str(refusal):
                return
            raise
        for entry in told.get("Entries") or []:
            cid = _cid(entry.get("Hash"))
            if cid is not None:
                yield cid

    def _told(self, command: str, *arguments: tuple[str, str]) -> dict[str, Any]:
        return self._object(self._ask(command, *arguments))

    def _object(self, raw: bytes) -> dict[str, Any]:
        try:
            told = json.loads(raw)
        except ValueError as error:
            raise AnchorFailed(f"{self._url} does not answer as an IPFS node does") from error
        if not isinstance(told, dict):
            raise AnchorFailed(f"{self._url} does not answer as an IPFS node does")
        return told

    def _ask(self, command: str, *arguments: tuple[str, str], content: bytes | None = None) -> bytes:
        files = None if content is None else {"file": ("content", content, "application/octet-stream")}
        limit = self._seconds + len(content or b"") / BYTES_PER_SECOND
        try:
            # A proxy of the environment is for the Internet, not for the node of the practice.
            with (
                httpx.Client(
                    timeout=self._seconds, auth=self._auth, trust_env=False, headers={"Accept-Encoding": "identity"}
                ) as client,
                client.stream(
                    "POST", f"{self._url}/api/v0/{command}", params=httpx.QueryParams(arguments), files=files
                ) as answer,
            ):
                raw = self._read(answer, time.monotonic() + limit)
        except httpx.HTTPError as error:
            raise AnchorAway(f"{self._url}: no answer to {command} ({type(error).__name__})") from error
        if answer.status_code != httpx.codes.OK:
            raise _Refused(f"{self._url}: {command} refused ({answer.status_code}: {_message(raw)})")
        return raw

    def _read(self, answer: httpx.Response, deadline: float) -> bytes:
        raw = bytearray()
        for piece in answer.iter_raw():
            raw += piece
            if time.monotonic() > deadline or len(raw) > LARGEST_ANSWER:
                raise AnchorAway(f"{self._url}: the answer does not end")
        return bytes(raw)


class _Refused(AnchorAway):
    """The node answered, and said no."""


def _message(raw: bytes) -> str:
    try:
        told = json.loads(raw)
    except ValueError:
        return ""
    return str(told.get("Message", ""))[:200] if isinstance(told, dict) else ""


def _cid(text: Any) -> bytes | None:
    """The CID that a node wrote, in either base; None for anything else."""
    try:
        return read(str(text))
    except ValueError:
        return None


def _folder(origin: str) -> str:
    """One folder per log, so that practices may share a node."""
    return f"{FOLDER}/{hashlib.sha256(origin.encode()).hexdigest()[:16]}"


def connect(url: str) -> IpfsNode:
    """`ipfs://host:5001`; `?tls=on`, `?timeout=SECONDS`, `?blobs=on` (encrypted files too), `user:password@`."""
    parts = urlsplit(url)
    options = {name: values[0] for name, values in parse_qs(parts.query).items()}
    try:
        port, seconds = parts.port or 5001, float(options.get("timeout", SECONDS))
    except ValueError as error:
        raise ImproperlyConfigured("An IPFS anchor is written ipfs://host:5001?timeout=10.") from error
    if not parts.hostname:
        raise ImproperlyConfigured("An IPFS anchor names its host: ipfs://host:5001.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    scheme = "https" if options.get("tls") == "on" else "http"
    auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return IpfsNode(f"{scheme}://{host}:{port}", auth=auth, seconds=seconds, blobs=options.get("blobs") == "on")
