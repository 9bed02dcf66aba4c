"""The door of identity: rights, guards of pages and of the API, practices and people."""

from .domain.roles import ROLES, scopes_of
from .errors import NotSignedIn, ReauthenticationRequired
from .guards import api_auth, signed_in
from .queries import Person, PracticeFacts, actor_of, members_of, practice_of, service_actor
from .rules import allowed, require
from .services import create_practice, create_user

__all__ = [
    "ROLES",
    "NotSignedIn",
    "Person",
    "PracticeFacts",
    "ReauthenticationRequired",
    "actor_of",
    "allowed",
    "api_auth",
    "create_practice",
    "create_user",
    "members_of",
    "practice_of",
    "require",
    "scopes_of",
    "service_actor",
    "signed_in",
]
