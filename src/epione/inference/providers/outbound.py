"""The way out to a remote model: only to addresses that may be reached, within the time allowed, reading little.

Without a word of the operator an address must be https and public. `EPIONE_MODEL_HOSTS` (names with their port,
separated by commas) lists those of the practice's own network. The address that was checked is the one connected to,
so that a name that changes meanwhile leads nowhere else.
"""

import ipaddress
import json
import os
import socket
import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from epione.inference.errors import AddressRefused

MOST: Final = 4 * 1024 * 1024
"""Bytes of an answer that are read."""
_TRANSLATED: Final = ipaddress.ip_network("64:ff9b::/96")


class RemoteFailed(Exception):
    """The remote model gave no answer; the text is a stable code."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to connect, by number, and the name that the certificate must bear."""

    number: str
    host: str
    port: int
    secure: bool
    path: str

    @property
    def url(self) -> str:
        """The URL with the number in place of the name."""
        shown = f"[{self.number}]" if ":" in self.number else self.number
        return f"{'https' if self.secure else 'http'}://{shown}:{self.port}{self.path}"


def vetted(url: str) -> Address:
    """The address of a URL, if it may be reached; raises `AddressRefused`."""
    try:
        parts = urlsplit(url)
        secure, host = parts.scheme == "https", (parts.hostname or "").lower()
        port = parts.port or (443 if secure else 80)
    except ValueError as error:
        raise AddressRefused from error
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.query or parts.fragment:
        raise AddressRefused
    listed = f"{host}:{port}" in _listed()
    if not listed and not secure:
        raise AddressRefused
    numbers = _numbers(host, port)
    if not listed and not all(_public(number) for number in numbers):
        raise AddressRefused
    return Address(numbers[0], host, port, secure, parts.path.rstrip("/"))


def _listed() -> set[str]:
    return {one.strip().lower() for one in os.environ.get("EPIONE_MODEL_HOSTS", "").split(",") if one.strip()}


def _numbers(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise RemoteFailed("remote_unreachable") from error
    return [str(one[4][0]) for one in found]


def _public(number: str) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address in _TRANSLATED or address.sixtofour or address.teredo:
            return False
        address = address.ipv4_mapped or address
    return address.is_global and not address.is_multicast


def post_json(url: str, path: str, body: dict[str, Any], *, credential: str = "", seconds: float) -> Any:
    """The JSON that a POST answers; raises `AddressRefused` or `RemoteFailed`."""
    address = vetted(url)
    headers = {"Host": address.host if address.port in {80, 443} else f"{address.host}:{address.port}"}
    if credential:
        headers["Authorization"] = f"Bearer {credential}"
    client = httpx.Client(trust_env=False, follow_redirects=False, timeout=httpx.Timeout(seconds))
    try:
        with (
            client,
            client.stream(
                "POST", address.url + path, json=body, headers=headers, extensions={"sni_hostname": address.host}
            ) as answer,
        ):
            return _read(answer, time.monotonic() + seconds)
    except httpx.TimeoutException as error:
        raise RemoteFailed("timed_out") from error
    except httpx.HTTPError as error:
        raise RemoteFailed("remote_unreachable") from error


def _read(answer: httpx.Response, until: float) -> Any:
    if answer.status_code != httpx.codes.OK:
        raise RemoteFailed(f"remote_status_{answer.status_code}")
    content = bytearray()
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > MOST:
            raise RemoteFailed("remote_answer_too_large")
        if time.monotonic() > until:
            raise RemoteFailed("timed_out")
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RemoteFailed("remote_answer_not_json") from error
