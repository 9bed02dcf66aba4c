"""A double of an IPFS node: the commands of Kubo's RPC that Epione uses, as strict as Kubo about methods."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Kubo:
    """What the node holds; `mood` makes it behave badly: wrong, silent, endless, empty, html, lying."""

    def __init__(self) -> None:
        self.blocks: dict[str, bytes] = {}
        self.pins: set[str] = set()
        self.files: dict[str, str] = {}
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        self.mood = ""
        self.base58 = False
        self.closing = threading.Event()
        self.url = ""


def base32_cid(content: bytes) -> str:
    raw = b"\x01\x55\x12\x20" + hashlib.sha256(content).digest()
    return "b" + base64.b32encode(raw).decode().lower().rstrip("=")


def base58_cid(content: bytes) -> str:
    number = int.from_bytes(b"\x01\x55\x12\x20" + hashlib.sha256(content).digest())
    text = ""
    while number:
        number, digit = divmod(number, 58)
        text = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[digit] + text
    return "z" + text


class Handler(BaseHTTPRequestHandler):
    node: Kubo

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.send_error(405)

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        command, options = parts.path.removeprefix("/api/v0/"), parse_qs(parts.query)
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.node.asked.append((command, options))
        if self.node.mood == "silent":
            self.node.closing.wait(30)
            return
        if self.node.mood == "endless":
            self._endless()
            return
        if self.node.mood == "html":
            self._answer(200, b"<html>a proxy</html>")
            return
        answers = {"version": self._version, "add": self._add, "cat": self._cat, "pin/ls": self._pin_ls,
                   "files/cp": self._files_cp, "files/ls": self._files_ls, "files/stat": self._files_stat}  # fmt: skip
        answers[command](options, body)

    def _version(self, options: dict[str, list[str]], body: bytes) -> None:
        self._json({"Version": "0.99.0", "Repo": "16"})

    def _add(self, options: dict[str, list[str]], body: bytes) -> None:
        assert options["cid-version"] == ["1"]
        assert options["raw-leaves"] == ["true"]
        head = b"Content-Type: " + self.headers["Content-Type"].encode() + b"\r\n\r\n"
        parts: Any = BytesParser().parsebytes(head + body).get_payload()
        content = parts[0].get_payload(decode=True)
        if self.node.mood == "empty":
            self._answer(200, b"")
            return
        stored = content + b"!" if self.node.mood == "wrong" else content
        cid = base32_cid(stored)
        self.node.blocks[cid] = stored
        self.node.pins.add(cid)
        self._json({"Name": "content", "Hash": base58_cid(stored) if self.node.base58 else cid})

    def _cat(self, options: dict[str, list[str]], body: bytes) -> None:
        content = self.node.blocks.get(options["arg"][0])
        if content is None:  # it searches the network, for as long as somebody waits
            self.node.closing.wait(30)
            return
        self._answer(200, b"something else" if self.node.mood == "lying" else content)

    def _pin_ls(self, options: dict[str, list[str]], body: bytes) -> None:
        cid = options["arg"][0]
        if cid in self.node.pins:
            self._json({"Keys": {cid: {"Type": "recursive"}}})
        else:
            self._refuse(f"path '{cid}' is not pinned")

    def _files_cp(self, options: dict[str, list[str]], body: bytes) -> None:
        source, path = options["arg"]
        if path in self.node.files:
            self._refuse("cp: cannot put node in path: directory already has entry by that name")
            return
        self.node.files[path] = source.removeprefix("/ipfs/")
        self._answer(200, b"")

    def _files_ls(self, options: dict[str, list[str]], body: bytes) -> None:
        folder = options["arg"][0] + "/"
        found = [path for path in sorted(self.node.files) if path.startswith(folder)]
        if not found:
            self._refuse("file does not exist")
            return
        rows = [{"Name": path.removeprefix(folder), "Type": 0, "Hash": self.node.files[path]} for path in found]
        self._json({"Entries": rows})

    def _files_stat(self, options: dict[str, list[str]], body: bytes) -> None:
        self._json({"Hash": self.node.files[options["arg"][0]], "Type": "file"})

    def _endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        while not self.node.closing.wait(0.02):
            try:
                self.wfile.write(b" ")
            except OSError:
                return

    def _json(self, told: object) -> None:
        self._answer(200, json.dumps(told).encode() + b"\n")

    def _refuse(self, message: str) -> None:
        self._answer(500, json.dumps({"Message": message, "Code": 0, "Type": "error"}).encode())

    def _answer(self, status: int, raw: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


@contextmanager
def running() -> Iterator[Kubo]:
    """A node on a port of its own."""
    node = Kubo()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"node": node}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    node.url = f"ipfs://127.0.0.1:{server.server_port}?timeout=0.5"
    try:
        yield node
    finally:
        node.closing.set()
        server.shutdown()
        server.server_close()
