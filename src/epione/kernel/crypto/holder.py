"""The holder of key-encryption keys that this installation is configured for."""

import os
import threading

from django.conf import settings

from epione.kernel.engines import connect

from .providers.base import KeyHolder

_lock = threading.Lock()
_holders: dict[tuple[str, str], KeyHolder] = {}


def keys_url() -> str:
    """`EPIONE_KEYS_URL`; else a key given as `ENCRYPTION_KEY`; else the key file."""
    given = os.environ.get("EPIONE_KEYS_URL")
    if given:
        return given
    return "environment:" if os.environ.get("ENCRYPTION_KEY") else "file:"


def key_holder() -> KeyHolder:
    """Connected once per address and home."""
    which = (keys_url(), str(settings.HOME))
    with _lock:
        if which not in _holders:
            _holders[which] = connect("epione.kernel.crypto.providers", which[0])
        return _holders[which]
