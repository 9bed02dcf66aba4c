"""The hashes by which an answer is found again: of the bytes, of the question, of the configuration."""

import hashlib
import json
from typing import Any

from .contract import Request


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces: equal values, equal bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def sha256_of(value: Any) -> str:
    """SHA-256 of the canonical JSON."""
    return hashlib.sha256(canonical(value)).hexdigest()


def input_hash(request: Request) -> str:
    """SHA-256 over the hashes of the images, in the order in which they are given."""
    return sha256_of([image.sha256 for image in request.images])


def request_hash(request: Request) -> str:
    """SHA-256 of the whole question, bytes included by their hashes; the time allowed is not part of it."""
    return sha256_of(
        {
            "images": [[image.sha256, image.sop_class] for image in request.images],
            "modality": request.modality,
            "body_part": request.body_part,
            "context": [[code.system, code.code] for code in request.context_codes],
            "language": request.language,
            "random_state": request.random_state,
        }
    )
