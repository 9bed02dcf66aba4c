"""Sealing, unsealing and blind indexes, beside bare AES-256-GCM in the same run."""

import os
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.management import call_command

from epione.kernel.crypto import Place, blind_index, clear_cache, seal, unseal
from epione.kernel.crypto.rotation import rotate
from epione.kernel.crypto.stream import seal_stream, unseal_stream
from epione.kernel.ids import uuid7

ROUNDS = 20_000
FIELD = os.urandom(300)
FILE = os.urandom(32 * 1024 * 1024)
SUBJECTS = 1_000


def run() -> list[dict[str, Any]]:
    """CPU time per field of 300 bytes once keys are cached, per file, and per data key of a rotation."""
    call_command("migrate", verbosity=0)
    place = Place(uuid4(), uuid4(), "patients_patient", uuid7(), "identity")
    sealed, bare, nonce = seal(place, FIELD), AESGCM(os.urandom(32)), os.urandom(12)
    plain = bare.encrypt(nonce, FIELD, b"")
    peers = {
        "seal": _microseconds(lambda: bare.encrypt(os.urandom(12), FIELD, b"")),
        "unseal": _microseconds(lambda: bare.decrypt(nonce, plain, b"")),
    }
    return [
        _row("field of 300 bytes", "seal", _microseconds(lambda: seal(place, FIELD)), 15.0, peers["seal"]),
        _row("field of 300 bytes", "unseal", _microseconds(lambda: unseal(place, sealed)), 15.0, peers["unseal"]),
        _row("name", "blind index", _microseconds(lambda: blind_index(place.practice_id, "name", "durand")), 15.0),
        *_files(place),
        *_keys(),
    ]


def _files(place: Place) -> list[dict[str, Any]]:
    begin = time.process_time()
    stored = list(seal_stream(place, [FILE]))
    middle = time.process_time()
    opened = sum(len(piece) for piece in unseal_stream(place, stored))
    end = time.process_time()
    megabytes = opened / 1e6
    return [
        _rate("file of 32 MiB", "seal", megabytes / (middle - begin), "MB/s", 200.0),
        _rate("file of 32 MiB", "unseal", megabytes / (end - middle), "MB/s", 200.0),
    ]


def _keys() -> list[dict[str, Any]]:
    """First use of a patient's key, later use by another process, and the rotation of them all."""
    places = [Place(uuid4(), uuid4(), "t", uuid7(), "c") for _ in range(SUBJECTS)]
    begin = time.process_time()
    sealed = [seal(place, FIELD) for place in places]
    made = time.process_time()
    clear_cache()
    for place, value in zip(places, sealed, strict=True):
        unseal(place, value)
    read = time.process_time()
    count = rotate()
    end = time.process_time()
    return [
        _row("patient's key", "made at first use", (made - begin) / SUBJECTS * 1e6, None),
        _row("patient's key", "read, not in memory", (read - made) / SUBJECTS * 1e6, None),
        _rate("rotation", "data keys wrapped again", count / (end - read), "/s", 1_000.0),
    ]


def _microseconds(act: Callable[[], object]) -> float:
    begin = time.process_time()
    for _ in range(ROUNDS):
        act()
    return (time.process_time() - begin) / ROUNDS * 1e6


def _row(case: str, metric: str, value: float, target: float | None, peer: float | None = None) -> dict[str, Any]:
    row: dict[str, Any] = {"case": case, "metric": metric, "unit": "us CPU", "value": round(value, 2), "target": target}
    if target is not None:
        row["met"] = value <= target
    if peer is not None:
        row |= {"peer": "AES-256-GCM alone, unbound", "peer_value": round(peer, 2), "ratio": round(value / peer, 2)}
    return row


def _rate(case: str, metric: str, value: float, unit: str, target: float) -> dict[str, Any]:
    row = {"case": case, "metric": metric, "unit": unit, "value": round(value), "target": target}
    return row | {"met": value >= target}
