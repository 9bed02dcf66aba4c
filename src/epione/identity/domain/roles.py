"""Roles and what each may do: the one table of rights.

A scope is `resource:action`, action `read`, `write` or `all` (both). Names on the wire and the rows of surgeon,
nurse, admin and patient are the specification's.
"""

from collections.abc import Iterable

SURGEON, NURSE, ADMIN, PATIENT = "surgeon", "nurse", "admin", "patient"
PHYSICIAN, PHARMACIST, RADIOLOGIST = "physician", "pharmacist", "radiologist"
SECRETARY, AUDITOR = "secretary", "auditor"

ROLES: dict[str, frozenset[str]] = {
    SURGEON: frozenset({"patients:read", "patients:write", "surgeries:all", "documents:all"}),
    NURSE: frozenset({"patients:read", "surgeries:read", "documents:read"}),
    ADMIN: frozenset({"all:permissions"}),
    PATIENT: frozenset({"own_data:read", "documents:read", "appointments:write"}),
    PHYSICIAN: frozenset(
        {
            "patients:read",
            "patients:write",
            "prescriptions:all",
            "medication_reviews:read",
            "documents:all",
            "imaging:read",
            "models:read",
            "surgeries:read",
            "appointments:all",
        }
    ),
    PHARMACIST: frozenset(
        {
            "patients:read",
            "patients:write",
            "prescriptions:all",
            "medication_reviews:all",
            "documents:all",
            "billing:all",
            "appointments:all",
        }
    ),
    RADIOLOGIST: frozenset(
        {
            "patients:read",
            "imaging:all",
            "imaging_identities:read",
            "imaging_settings:read",
            "models:read",
            "documents:all",
        }
    ),
    SECRETARY: frozenset(
        {"patients:read", "patients:write", "appointments:all", "surgeries:read", "documents:read", "billing:all"}
    ),
    AUDITOR: frozenset({"audit:read", "emergencies:read", "erasures:all", "models:read"}),
}

EVERYONE = frozenset({"account:all", "medications:read"})
"""What any signed-in person may do: her own account, and the reference catalogue, which holds nobody's data."""

CLINICAL = frozenset(
    {
        "patients",
        "prescriptions",
        "medication_reviews",
        "documents",
        "imaging",
        "imaging_identities",
        "surgeries",
        "appointments",
    }
)
"""Resources of the record. `all:permissions` does not open them: an administrator reads them by breaking the glass."""

PERSONAL = frozenset({"own_data"})
"""Resources that only their owner holds: no administrator's right and no emergency opens them."""

EMERGENCY = frozenset(
    {"patients:read", "prescriptions:read", "medication_reviews:read", "documents:read", "imaging:read"}
)
"""What an open emergency access adds, for its 60 minutes."""

PROTECTED_ROLES = frozenset(ROLES) - {PATIENT}
"""Clinical and administrative roles: a second factor is mandatory outside the demo."""

TITLES: dict[str, dict[str, str]] = {
    SURGEON: {"fr": "Chirurgien", "en": "Surgeon"},
    NURSE: {"fr": "Infirmier", "en": "Nurse"},
    ADMIN: {"fr": "Administrateur", "en": "Administrator"},
    PATIENT: {"fr": "Patient", "en": "Patient"},
    PHYSICIAN: {"fr": "Médecin", "en": "Physician"},
    PHARMACIST: {"fr": "Pharmacien", "en": "Pharmacist"},
    RADIOLOGIST: {"fr": "Radiologue", "en": "Radiologist"},
    SECRETARY: {"fr": "Secrétaire", "en": "Secretary"},
    AUDITOR: {"fr": "Auditeur", "en": "Auditor"},
}


def covers(held: str, wanted: str) -> bool:
    """Whether one held scope gives the wanted one."""
    resource, _, action = wanted.partition(":")
    if held == "all:permissions":
        return resource not in CLINICAL | PERSONAL
    held_resource, _, held_action = held.partition(":")
    return held_resource == resource and held_action in {action, "all"}


def scopes_of(roles: Iterable[str], *, emergency: bool = False) -> frozenset[str]:
    """Every scope of these roles; an unknown role gives nothing."""
    held = EVERYONE.union(*(ROLES.get(role, frozenset()) for role in roles))
    return held | EMERGENCY if emergency else held


def permits(roles: Iterable[str], wanted: str, *, emergency: bool = False) -> bool:
    """Whether these roles may do what `wanted` names."""
    return any(covers(held, wanted) for held in scopes_of(roles, emergency=emergency))
