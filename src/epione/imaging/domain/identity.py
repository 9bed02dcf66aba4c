"""Whether the header that came in and the record speak of the same person."""

from collections.abc import Mapping

from epione.patients.domain.names import fold
from epione.patients.domain.record import Identity

from .facts import dicom_date


def differences(original: Mapping[str, str], identity: Identity) -> list[str]:
    """The DICOM attributes in which header and record contradict each other; silence is no contradiction."""
    differs = []
    family = _folded(original.get("patient_name", "").partition("^")[0])
    known = {_folded(name) for name in (identity.last_name, identity.birth_name) if name}
    if family and known and family not in known:
        differs.append("PatientName")
    born = dicom_date(original.get("birth_date", ""))
    if born and born != identity.birth_date:
        differs.append("PatientBirthDate")
    return differs


def _folded(name: str) -> str:
    return fold(name).replace(" ", "")
