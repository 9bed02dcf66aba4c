"""Check what an Epione ledger exported, without Epione: Python's standard library and `cryptography` only.

    python epione_verify.py --key KEY FILE [--old OLD_CHECKPOINT]

FILE is what `epione ledger prove`, `checkpoint`, `export`, `anchors` or the audit page wrote: a proof that an entry is
in the log, a proof that the log only grew, a checkpoint, the whole log, audit records with their proofs, or the name of
a checkpoint on IPFS. KEY is the log's verification key, obtained from the practice by another way than FILE. Exit code
0: proven; 1: not; 2: not readable. The formats are those of RFC 9162 (Merkle trees), C2SP (signed notes, checkpoints)
and multiformats (content identifiers).
"""

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class NotProvenError(Exception):
    """The file does not prove what it claims."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--key", required=True, help="verification key of the log: name+hash+key")
    parser.add_argument("--old", help="a checkpoint that you kept from an earlier date")
    options = parser.parse_args()
    try:
        sys.stdout.write(check(read(options.file), options.key, options.old) + "\n")
    except NotProvenError as refusal:
        sys.exit(f"NOT PROVEN: {refusal}")
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        sys.stderr.write(f"{options.file} cannot be read: {type(error).__name__} {error}\n")
        sys.exit(2)


def check(text: str, key: str, old_path: str | None = None) -> str:
    """Tell what the file is, then what it proves."""
    if not text.startswith("{"):
        size, _ = head(text, key)
        return f"PROVEN: the log signs a head of {size} entries."
    first = json.loads(text.splitlines()[0]) if text.lstrip().startswith('{"index"') else json.loads(text)
    kind = first.get("type", "log")
    if kind == "log":
        return check_log([json.loads(line) for line in text.splitlines()], key)
    if kind == "inclusion":
        size, root = head(first["checkpoint"], key)
        leaf = b64(first["leaf"])
        check_inclusion(leaf, first["index"], size, root, first["hashes"])
        told = json.loads(leaf)
        return f"PROVEN: entry {first['index']} of {size} is {told['action']} at {told['time']} (id {told['id']})."
    if kind == "consistency":
        return check_consistency(first, key, old_path)
    if kind == "audit-export":
        return check_export(first, key)
    if kind == "ipfs":
        return check_ipfs(first, key)
    raise ValueError(f"unknown type {kind}")


def check_ipfs(proof: dict[str, Any], key: str) -> str:
    """The CID of a checkpoint: version 1, raw leaf, SHA-256, in base32."""
    size, _ = head(proof["checkpoint"], key)
    raw = b"\x01\x55\x12\x20" + hashlib.sha256(proof["checkpoint"].encode()).digest()
    if proof["cid"] != "b" + base64.b32encode(raw).decode().lower().rstrip("="):
        raise NotProvenError(f"{proof['cid']} is not the checkpoint of {size} entries")
    return f"PROVEN: {proof['cid']} is the signed head of {size} entries; an IPFS node that has it gives this head."


def check_export(export: dict[str, Any], key: str) -> str:
    """Every audit record: its leaf is in the log, and its words are those that were recorded."""
    size, root = head(export["checkpoint"], key)
    shown = 0
    for entry in export["entries"]:
        leaf = b64(entry["leaf"])
        check_inclusion(leaf, entry["index"], size, root, entry["hashes"])
        if entry["detail"] is not None:
            if hashlib.sha256(entry["detail"].encode()).hexdigest() != json.loads(leaf)["opening"]:
                raise NotProvenError(f"the detail of entry {entry['index']} is not what was recorded")
            shown += 1
    return f"PROVEN: {len(export['entries'])} entries of a log of {size}; {shown} of them with their details."


def check_log(lines: list[dict[str, Any]], key: str) -> str:
    """Every leaf: the tree that they make has the signed root."""
    *leaves, end = lines
    size, root = head(end["checkpoint"], key)
    peaks: list[tuple[int, bytes]] = []  # (height, hash), higher ones first
    for number, line in enumerate(leaves):
        if line["index"] != number:
            raise NotProvenError(f"entry {number} is missing or out of order: found {line['index']}")
        height, hashed = 0, leaf_hash(line["leaf"].encode())
        while peaks and peaks[-1][0] == height:
            height, hashed = height + 1, node_hash(peaks.pop()[1], hashed)
        peaks.append((height, hashed))
    computed = peaks.pop()[1] if peaks else hashlib.sha256().digest()
    while peaks:
        computed = node_hash(peaks.pop()[1], computed)
    if len(leaves) != size:
        raise NotProvenError(
            f"entry {min(len(leaves), size)}: the file has {len(leaves)} entries, the signed head {size}"
        )
    if computed != root:
        raise NotProvenError(f"an entry among 0 to {size - 1} was changed: the entries do not make the signed root")
    return f"PROVEN: the {size} entries make the signed root."


def check_inclusion(leaf: bytes, index: int, size: int, root: bytes, hashes: list[str]) -> None:
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size or climb(index, size - 1, leaf_hash(leaf), hashes)[1] != root:
        raise NotProvenError(f"entry {index} is not in the signed log of {size}")


def check_consistency(proof: dict[str, Any], key: str, old_path: str | None) -> str:
    """RFC 9162, 2.1.4.2, from the checkpoint that the auditor kept."""
    if not old_path:
        raise ValueError("give --old, the checkpoint that you kept")
    old, old_root = head(read(old_path), key)
    size, root = head(proof["checkpoint"], key)
    hashes = proof["hashes"]
    if old > size:
        raise NotProvenError(f"the log has shrunk from {old} to {size} entries")
    if old == size and old_root != root:
        raise NotProvenError(f"the log of {size} entries is not the one that you knew")
    if 0 < old < size:
        position, last = old - 1, size - 1
        while position & 1:
            position, last = position >> 1, last >> 1
        start, *path = hashes if old & (old - 1) else [base64.b64encode(old_root), *hashes]
        if climb(position, last, b64(start), path) != (old_root, root):
            raise NotProvenError(f"the log of {size} entries does not continue the one of {old} that you knew")
    return f"PROVEN: the log of {size} entries continues the one of {old}: nothing was changed or removed."


def climb(position: int, last: int, start: bytes, hashes: list[str]) -> tuple[bytes, bytes]:
    """Roots of the tree that ends at `position` and of the one that ends at `last`, along a path of sibling hashes."""
    older = newer = start
    for sibling in map(b64, hashes):
        if last == 0:
            raise NotProvenError("the path is too long")
        if position & 1 or position == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            newer = node_hash(newer, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise NotProvenError("the path is too short")
    return older, newer


def head(note: str, key: str) -> tuple[int, bytes]:
    """Size and root of a checkpoint that this key has signed."""
    name, _, encoded = key.strip().split("+", 2)
    raw = b64(encoded)
    key_id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    for line in signatures.splitlines():
        signer, _, blob = line.removeprefix("\u2014 ").rpartition(" ")
        if signer == name and b64(blob)[:4] == key_id:
            try:
                Ed25519PublicKey.from_public_bytes(raw[1:]).verify(b64(blob)[4:], text.encode())
            except InvalidSignature:
                continue
            origin, size, root, *_ = text.split("\n")
            if origin == name:
                return int(size), b64(root)
    raise NotProvenError("the checkpoint is not signed by this key")


def read(path: str) -> str:
    return Path(path).read_bytes().decode()


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def b64(text: str | bytes) -> bytes:
    return base64.b64decode(text, validate=True)


if __name__ == "__main__":
    main()
