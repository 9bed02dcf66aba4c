"""Timestamps of a trusted authority (RFC 3161): the hash of the checkpoint goes out, a signed date comes back."""

import hashlib
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from .base import AnchorAway, AnchorFailed, AnchorPlace


class TimestampAuthority(AnchorPlace):
    """An authority and the root certificate (PEM) that its answers must lead to."""

    name = "rfc3161"
    far = True

    def __init__(self, url: str, root: x509.Certificate) -> None:
        self._url, self._root = url, root

    def anchor(self, note: bytes) -> bytes:
        request = TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True).build()
        try:
            answer = httpx.post(
                self._url,
                content=request.as_bytes(),
                headers={"Content-Type": "application/timestamp-query"},
                timeout=20,
            ).raise_for_status()
        except httpx.HTTPError as error:
            raise AnchorAway(f"{self._url}: {error}") from error
        self.check(note, answer.content)
        return answer.content

    def answers(self) -> str:
        self.anchor(b"epione check")
        return f"{self._url} signs"

    def check(self, note: bytes, proof: bytes) -> None:
        verifier = VerifierBuilder().add_root_certificate(self._root).build()
        try:
            response = decode_timestamp_response(proof)
            verifier.verify(response, hashlib.sha256(note).digest())
        except (VerificationError, ValueError) as error:
            raise AnchorFailed(f"{self._url}: the timestamp does not prove this checkpoint ({error})") from error


def connect(url: str) -> TimestampAuthority:
    """`rfc3161://tsa.example.org/path?ca=/path/root.pem` (add `&tls=off` for plain HTTP: the answer is signed)."""
    parts = urlsplit(url)
    options = {name: values[0] for name, values in parse_qs(parts.query).items()}
    root = x509.load_pem_x509_certificate(Path(options["ca"]).read_bytes())
    scheme = "http" if options.get("tls") == "off" else "https"
    return TimestampAuthority(f"{scheme}://{parts.netloc}{parts.path}", root)
