"""Who signs on a Fabric network: the certificate and key of a member, and signatures as Fabric wants them.

ECDSA on P-256 over SHA-256, in DER, with the lower of the two possible values of s (hyperledger/fabric-gateway,
pkg/identity/ecdsa.go): peers refuse the other one.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from epione.ledger.providers.base import AnchorAway

from .wire import wire

ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of P-256 (NIST SP 800-186)."""
_SCHEME: Final = ec.ECDSA(hashes.SHA256())


@dataclass(frozen=True, slots=True)
class Identity:
    """A member: its organisation (MSP), certificate (PEM) and private key."""

    msp: str
    certificate: bytes
    key: ec.EllipticCurvePrivateKey = field(repr=False)

    @property
    def creator(self) -> bytes:
        """How messages name this member."""
        raw: bytes = wire.SerializedIdentity(mspid=self.msp, id_bytes=self.certificate).SerializeToString()
        return raw

    def sign(self, message: bytes) -> bytes:
        """DER signature with low s."""
        r, s = decode_dss_signature(self.key.sign(message, _SCHEME))
        return encode_dss_signature(r, min(s, ORDER - s))


def load(msp: str, certificate: Path, key: Path) -> Identity:
    """Read an identity; raises `AnchorAway` when its files cannot be."""
    try:
        pem = certificate.read_bytes()
        x509.load_pem_x509_certificate(pem)
        private = serialization.load_pem_private_key(key.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise AnchorAway(f"The identity of {msp} cannot be read ({type(error).__name__})") from error
    if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
        raise AnchorAway(f"The key of {msp} is not one of the curve P-256")
    return Identity(msp, pem, private)


def verified(creator: bytes, message: bytes, signature: bytes) -> x509.Certificate:
    """The certificate that a serialized identity names, whose key has signed the message; raises `ValueError`."""
    named = wire.SerializedIdentity.FromString(creator)
    try:
        certificate = x509.load_pem_x509_certificate(named.id_bytes)
        public = certificate.public_key()
    except UnsupportedAlgorithm as error:
        raise ValueError("a certificate of an unknown kind") from error
    _, s = decode_dss_signature(signature)
    if not isinstance(public, ec.EllipticCurvePublicKey) or s > ORDER // 2:
        raise ValueError("not a signature of P-256 with low s")
    try:
        public.verify(signature, message, _SCHEME)
    except InvalidSignature as error:
        raise ValueError("not signed by this certificate") from error
    return certificate
