"""X.509 of a practice: its root, the certificates of its people and of its clock, its list of revoked ones.

Profiles after RFC 5280; extended key usages: document signing (RFC 9336) for people, timeStamping, critical and alone
(RFC 3161 2.3), for the clock. Keys are on P-256, the root's on P-384.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from epione.documents.domain.signing import Signatory

ROOT_DAYS, PERSON_DAYS, CLOCK_DAYS, LIST_DAYS = 3653, 398, 1826, 30
LONGEST = 64
"""Characters of a name in a certificate (RFC 5280, appendix A, ub-common-name)."""
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
RPPS = "RPPS-"
_EARLIER = timedelta(minutes=5)
"""Clocks differ: a certificate is valid a little before it is made."""
_REASONS = {
    "keyCompromise": x509.ReasonFlags.key_compromise,
    "affiliationChanged": x509.ReasonFlags.affiliation_changed,
    "superseded": x509.ReasonFlags.superseded,
    "cessationOfOperation": x509.ReasonFlags.cessation_of_operation,
}
REASONS = tuple(_REASONS)
"""Why a certificate is revoked (RFC 5280, 5.3.1)."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)

    def certificate_der(self) -> bytes:
        """The certificate, DER."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def key_der(self) -> bytes:
        """The private key, PKCS #8 DER: to be sealed, never written."""
        return self.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def load(certificate: bytes, key: bytes) -> KeyPair:
    """A pair from its two DER forms."""
    private = serialization.load_der_private_key(key, password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise TypeError("keys of the authority are on elliptic curves")
    return KeyPair(x509.load_der_x509_certificate(certificate), private)


def make_root(practice: str, *, on: datetime) -> KeyPair:
    """The root of a practice: signs certificates and the list of revoked ones, nothing else; valid ten years."""
    key = ec.generate_private_key(ec.SECP384R1())
    name = _name(f"Epione – {practice}", practice)
    made = _begin(name, name, key, on, ROOT_DAYS)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    made = made.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    return KeyPair(made.sign(key, hashes.SHA384()), key)


def make_person(root: KeyPair, signatory: Signatory, *, on: datetime) -> KeyPair:
    """The certificate of a person, valid thirteen months: her name, RPPS or number, title and practice."""
    key = ec.generate_private_key(ec.SECP256R1())
    number = f"{RPPS}{signatory.rpps}" if signatory.rpps else signatory.number
    name = _name(signatory.name, signatory.practice, number=number, title=signatory.title)
    made = _begin(name, root.certificate.subject, key, on, PERSON_DAYS, root)
    made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    made = made.add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
    made = made.add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
    return KeyPair(made.sign(root.key, hashes.SHA384()), key)


def make_clock(root: KeyPair, practice: str, *, on: datetime) -> KeyPair:
    """The certificate of the practice's own timestamps, valid five years."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = _begin(
        _name(f"Horodatage interne – {practice}", practice), root.certificate.subject, key, on, CLOCK_DAYS, root
    )
    made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    made = made.add_extension(_usage(digital_signature=True), critical=True)
    made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return KeyPair(made.sign(root.key, hashes.SHA384()), key)


def revocation_list(root: KeyPair, revoked: Iterable[tuple[int, datetime, str]], *, number: int, on: datetime) -> bytes:
    """The list of revoked certificates (serial, when, why), DER, good for thirty days."""
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.certificate.subject)
        .last_update(on - _EARLIER)
        .next_update(on + timedelta(days=LIST_DAYS))
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(_issuer(root), critical=False)
    )
    for serial, at, why in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at)
        made = made.add_revoked_certificate(entry.add_extension(x509.CRLReason(_REASONS[why]), critical=False).build())
    return made.sign(root.key, hashes.SHA384()).public_bytes(serialization.Encoding.DER)


def pem(certificate: bytes) -> bytes:
    """A certificate as PEM."""
    return x509.load_der_x509_certificate(certificate).public_bytes(serialization.Encoding.PEM)


def certificates_of(content: bytes) -> list[bytes]:
    """The DER of the certificates in a file: PEM, one or several, or DER; raises `ValueError`."""
    if b"-----BEGIN" in content:
        found = x509.load_pem_x509_certificates(content)
    else:
        found = [x509.load_der_x509_certificate(content)]
    return [one.public_bytes(serialization.Encoding.DER) for one in found]


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a certificate, to be compared by eye."""
    digest = x509.load_der_x509_certificate(certificate).fingerprint(hashes.SHA256()).hex().upper()
    return ":".join(digest[begin : begin + 2] for begin in range(0, len(digest), 2))


def _name(common: str, practice: str, *, number: str = "", title: str = "") -> x509.Name:
    said = (
        (NameOID.COUNTRY_NAME, "FR"),
        (NameOID.ORGANIZATION_NAME, practice[:LONGEST]),
        (NameOID.TITLE, title[:LONGEST]),
        (NameOID.SERIAL_NUMBER, number[:LONGEST]),
        (NameOID.COMMON_NAME, common[:LONGEST]),
    )
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in said if text])


def _begin(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    on: datetime,
    days: int,
    root: KeyPair | None = None,
) -> x509.CertificateBuilder:
    end = on + timedelta(days=days)
    if root is not None:
        end = min(end, root.certificate.not_valid_after_utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(on - _EARLIER)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return made if root is None else made.add_extension(_issuer(root), critical=False)


def _issuer(root: KeyPair) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key())


def _usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )
