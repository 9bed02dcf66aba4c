"""Every use of cryptography, as OWASP ASVS 11.1.2 asks; `docs/crypto-inventory.md` explains it."""

from typing import Final, NamedTuple


class Use(NamedTuple):
    """One use: what for, with what, under which key, and where it is found."""

    use: str
    algorithm: str
    key: str
    where: str


INVENTORY: Final = (
    Use(
        "Fields of a record",
        "AES-256-GCM, random 96-bit nonce, place as associated data, committing key id",
        "data key of the patient, else of the practice",
        "kernel.crypto.sealing; sealed columns of the database",
    ),
    Use(
        "Files of a record",
        "AES-256-GCM in 256 KiB chunks (STREAM), key by HKDF-SHA-256 from a random salt",
        "derived from the same data key",
        "kernel.crypto.stream; EPIONE_HOME/blobs or a bucket",
    ),
    Use(
        "Data keys",
        "AES-256-GCM (file, Vault, KMS, PKCS#11), owner as associated data",
        "key-encryption key, rotated by `epione keys rotate`",
        "kernel.crypto.keyring; table kernel_datakey",
    ),
    Use(
        "Search over encrypted identity",
        "HMAC-SHA-256; reveals which rows hold equal values, and how many",
        "index key of the practice",
        "kernel.crypto.sealing.blind_index; columns of bytes of 32",
    ),
    Use(
        "Ledger: leaves and tree",
        "SHA-256 (RFC 9162); persons and things as HMAC-SHA-256, documents as salted SHA-256",
        "index key of the practice, salt in the sealed detail",
        "ledger.domain; tables ledger_entry and ledger_node",
    ),
    Use(
        "Ledger: signed heads and cosignatures",
        "Ed25519 (C2SP signed note, cosignature/v1)",
        "keys/ledger.json, keys/witness.json, mode 0600",
        "ledger.domain.note; checkpoints, anchors",
    ),
    Use(
        "Ledger: timestamps",
        "RFC 3161 over SHA-256, algorithms of the authority",
        "the authority's; its root certificate is configured",
        "ledger.providers.rfc3161",
    ),
    Use(
        "Ledger: anchors on IPFS and Fabric",
        "SHA-256 content identifiers; ECDSA P-256 over SHA-256 (low s), TLS",
        "the key of the practice on the Fabric network, files named in EPIONE_ANCHORS",
        "ledger.domain.cid, ledger.providers.ipfs, ledger.providers.fabric",
    ),
    Use(
        "Backups",
        "AES-256-GCM in 256 KiB chunks (STREAM)",
        "random key wrapped by the key-encryption key, or scrypt (n 2^15, r 8, p 1) of a passphrase",
        "kernel.backup.archive; EPIONE_BACKUP_DIR",
    ),
    Use(
        "File of keys",
        "AES-256-GCM when sealed",
        "scrypt (n 2^15, r 8, p 1) of a passphrase",
        "kernel.crypto.custody; `epione keys backup`",
    ),
    Use(
        "Signatures of documents",
        "ECDSA P-256 and SHA-256 (PAdES, RFC 3161 of the practice), root on P-384 and SHA-384",
        "a key per person, made here and sealed under the data key of the practice",
        "documents.providers; table documents_certificate",
    ),
    Use("Passwords", "Argon2id", "salt per password", "Django's hashers; identity"),
    Use("Sessions and signed links", "HMAC-SHA-256", "EPIONE_HOME/secret, mode 0600", "Django"),
)
