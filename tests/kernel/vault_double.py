"""A protocol double of Vault's transit engine: what it answers was taken from Vault's documentation, not from a Vault."""

import json
from http.server import BaseHTTPRequestHandler

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class VaultDouble(BaseHTTPRequestHandler):
    """A protocol double of Vault's transit engine: real AES-GCM with associated data, kept in memory."""

    versions: dict[int, AESGCM]
    oldest = 1

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, status: int, data: object) -> None:
        raw = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def _allowed(self) -> bool:
        if self.headers.get("X-Vault-Token") == "good":
            return True
        self._answer(403, {"errors": ["permission denied"]})
        return False

    def do_GET(self) -> None:
        if self._allowed():
            newest = max(self.versions)
            self._answer(200, {"data": {"latest_version": newest, "min_decryption_version": type(self).oldest}})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        if self._allowed():
            self._answer(*self._act(self.path.removeprefix("/v1/transit/").split("/"), body))

    do_PUT = do_POST  # noqa: N815 -- the name that http.server asks for

    def _act(self, path: list[str], body: dict[str, str]) -> tuple[int, object]:
        bound = body.get("associated_data", "").encode()
        match path:
            case ["encrypt", "epione"]:
                newest = max(self.versions)
                sealed = bytes(12) + self.versions[newest].encrypt(bytes(12), body["plaintext"].encode(), bound)
                return 200, {"data": {"ciphertext": f"vault:v{newest}:{sealed.hex()}"}}
            case ["decrypt", "epione"]:
                _, version, sealed_hex = body["ciphertext"].split(":")
                if int(version[1:]) < type(self).oldest:
                    return 400, {"errors": ["ciphertext version is disallowed by policy (too old)"]}
                raw = bytes.fromhex(sealed_hex)
                try:
                    plain = self.versions[int(version[1:])].decrypt(raw[:12], raw[12:], bound)
                except InvalidTag:
                    return 400, {"errors": ["cipher: message authentication failed"]}
                return 200, {"data": {"plaintext": plain.decode()}}
            case ["keys", "epione", "rotate"]:
                self.versions[max(self.versions) + 1] = AESGCM(AESGCM.generate_key(256))
                return 200, {}
            case ["keys", "epione", "config"]:
                type(self).oldest = int(body["min_decryption_version"])
                return 200, {}
        return 200, {}
