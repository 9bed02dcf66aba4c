"""Signature timestamps (RFC 3161): of the authority of `EPIONE_TSA_URL`, of the practice's own clock, or none."""

import hashlib
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ImproperlyConfigured
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.timestamps import TimeStamper
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from .authority import KeyPair

POLICY = "2.25.318335099854641165036008097509681225301"
"""Policy of the internal clock: a UUID as an OID, of this program and of no accredited authority."""
_SECONDS = 20


class AuthorityAway(Exception):
    """The timestamp authority did not answer, or its answer proves nothing."""


class OwnClock(TimeStamper):
    """Timestamps by the practice itself: they order its signatures and prove nothing to a third party."""

    def __init__(self, pair: KeyPair, root: bytes) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._pair = pair
        self._certificate = asn1.Certificate.load(pair.certificate_der())
        self._root = asn1.Certificate.load(root)

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Sign the present time and the digest that was sent."""
        token = cms.ContentInfo({"content_type": "signed_data", "content": self._signed(self._info(req))})
        answer = tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})
        # Read again from its bytes: what is built of values is encoded anew at each level of what encloses it.
        return tsp.TimeStampResp.load(answer.dump())

    def _info(self, req: tsp.TimeStampReq) -> bytes:
        facts = {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": req["message_imprint"],
            "serial_number": secrets.randbits(63),
            "gen_time": datetime.now(UTC).replace(microsecond=0),
            "accuracy": {"seconds": 1},
            "tsa": asn1.GeneralName("directory_name", self._certificate.subject),
        }
        if req["nonce"].native is not None:
            facts["nonce"] = req["nonce"]
        return bytes(tsp.TSTInfo(facts).dump())

    def _signed(self, info: bytes) -> cms.SignedData:
        digest = algos.DigestAlgorithm({"algorithm": "sha256"})
        attributes = cms.CMSAttributes(
            [
                simple_cms_attribute("content_type", "tst_info"),
                simple_cms_attribute("signing_certificate_v2", as_signing_certificate_v2(self._certificate)),
                simple_cms_attribute("message_digest", hashlib.sha256(info).digest()),
            ]
        )
        signer = {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                {"issuer": self._certificate.issuer, "serial_number": self._certificate.serial_number},
            ),
            "digest_algorithm": digest,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signed_attrs": attributes,
            "signature": self._pair.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
        }
        return cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": cms.DigestAlgorithms((digest,)),
                "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info)},
                "certificates": [self._certificate, self._root],
                "signer_infos": [signer],
            }
        )


class OutsideAuthority(TimeStamper):
    """An authority over HTTP, with the root certificate that its answers must lead to."""

    def __init__(self, url: str, root: bytes) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.url, self.root = url, root

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Ask, and check the answer at once; raises `AuthorityAway`."""
        content = req.dump()
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        try:
            async with httpx.AsyncClient(timeout=_SECONDS) as client:
                answer = (await client.post(self.url, content=content, headers=headers)).raise_for_status().content
        except httpx.HTTPError as error:
            raise AuthorityAway(f"{urlsplit(self.url).hostname}: {type(error).__name__}") from error
        self._check(answer, req["message_imprint"]["hashed_message"].native)
        return tsp.TimeStampResp.load(answer)

    def _check(self, answer: bytes, digest: bytes) -> None:
        verifier = VerifierBuilder().add_root_certificate(x509.load_der_x509_certificate(self.root)).build()
        try:
            verifier.verify(decode_timestamp_response(answer), digest)
        except (VerificationError, ValueError) as error:
            raise AuthorityAway(f"{urlsplit(self.url).hostname}: {error}") from error


def configured() -> OutsideAuthority | str:
    """What `EPIONE_TSA_URL` asks for: an authority, "local" (the default), or "none".

    `rfc3161://tsa.example.org/path?ca=/path/root.pem`; add `&tls=off` for plain HTTP, since the answer is signed.
    """
    url = os.environ.get("EPIONE_TSA_URL") or "local:"
    parts = urlsplit(url)
    if parts.scheme in {"local", "none"}:
        return parts.scheme
    options = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if parts.scheme != "rfc3161" or "ca" not in options:
        raise ImproperlyConfigured("EPIONE_TSA_URL is local:, none:, or rfc3161://host/path?ca=/path/root.pem.")
    root = x509.load_pem_x509_certificate(Path(options["ca"]).read_bytes())
    scheme = "http" if options.get("tls") == "off" else "https"
    return OutsideAuthority(f"{scheme}://{parts.netloc}{parts.path}", root.public_bytes(serialization.Encoding.DER))
