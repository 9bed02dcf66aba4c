"""The door of identity: rights, guards of pages and of the API, practices and people."""

from .domain.roles import ROLES, scopes_of
from .errors import NotSignedIn, ReauthenticationRequired
from .events import GLASS_BROKEN, REVIEW_DUE
from .guards import api_auth, called_with, signed_in
from .queries import (
    Person,
    PracticeFacts,
    actor_of,
    find_practice,
    members_of,
    people_of,
    practice_ids,
    practice_of,
    service_actor,
)
from .rules import allowed, require
from .services import (
    MadeClient,
    check_password,
    close_patient_accounts,
    create_api_client,
    create_practice,
    create_user,
    enrol_factor,
    propose_factor,
)
from .sessions import reauthenticated, require_reauthentication

__all__ = [
    "GLASS_BROKEN",
    "REVIEW_DUE",
    "ROLES",
    "MadeClient",
    "NotSignedIn",
    "Person",
    "PracticeFacts",
    "ReauthenticationRequired",
    "actor_of",
    "allowed",
    "api_auth",
    "called_with",
    "check_password",
    "close_patient_accounts",
    "create_api_client",
    "create_practice",
    "create_user",
    "enrol_factor",
    "find_practice",
    "members_of",
    "people_of",
    "practice_ids",
    "practice_of",
    "propose_factor",
    "reauthenticated",
    "require",
    "require_reauthentication",
    "scopes_of",
    "service_actor",
    "signed_in",
]
