"""National identifiers of persons: NIR and INS (matricule and its OID)."""

import re
from dataclasses import dataclass
from enum import StrEnum

INS_OIDS = {
    "1.2.250.1.213.1.4.8": "INS-NIR",
    "1.2.250.1.213.1.4.9": "INS-NIA",
    "1.2.250.1.213.1.4.10": "INS-NIR-TEST",
    "1.2.250.1.213.1.4.11": "INS-NIR-DEMO",
}
NOT_FOR_PRODUCTION = {"1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11"}
_NIR = re.compile(r"[1-478]\d{2}\d{2}(\d{2}|2A|2B)\d{3}\d{3}\d{2}")


class IdentityStatus(StrEnum):
    """Trust in an identity, in the words of the national reference (RNIV)."""

    PROVISIONAL = "PROV"
    RETRIEVED = "RECUP"
    VALIDATED = "VALI"
    QUALIFIED = "QUAL"


def compact(text: str) -> str:
    """The identifier as people type it, without spaces, dots or dashes, in capitals."""
    return re.sub(r"[\s.\-  ]", "", text).upper()


def nir_key(body: str) -> int:
    """Control key of a 13-character NIR: 97 - (N mod 97), Corsica counted as 19 (2A) or 18 (2B)."""
    number = int(body.replace("2A", "19").replace("2B", "18"))
    return 97 - number % 97


def nir_fault(text: str) -> str | None:
    """Why this cannot be a NIR with its key: `length`, `shape` or `key`; None when it can.

    Age and sex are never inferred from it.
    """
    value = compact(text)
    if len(value) != 15:
        return "length"
    if not _NIR.fullmatch(value):
        return "shape"
    return None if int(value[13:]) == nir_key(value[:13]) else "key"


@dataclass(frozen=True, slots=True)
class Ins:
    """A national health identity as an authorised service returned it; never computed here."""

    matricule: str
    oid: str
    status: IdentityStatus

    def fault(self, *, production: bool) -> str | None:
        """Why it is refused: `oid`, `test-oid`, `status`, or a fault of the matricule."""
        if self.oid not in INS_OIDS:
            return "oid"
        if production and self.oid in NOT_FOR_PRODUCTION:
            return "test-oid"
        if self.status is IdentityStatus.PROVISIONAL:
            return "status"
        return nir_fault(self.matricule)
