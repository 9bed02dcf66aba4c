"""Use cases of identity."""

from .cleaning import clean_up
from .clients import MadeClient, create_api_client
from .emergencies import break_glass, close_emergency, remind_reviews, review_emergency
from .enrolment import enrol_factor, propose_factor
from .grants import GrantReused, claim_grant, remember_grant, revoke_grant
from .journal import note
from .people import (
    approve_member,
    change_roles,
    check_password,
    close_patient_accounts,
    create_practice,
    create_user,
    disable_member,
    member_proven,
    register,
    renew_password,
    reset_factors,
    unlock,
)
from .tokens import (
    Bearer,
    Tokens,
    issue_tokens,
    read_token,
    revoke_all_tokens,
    revoke_tokens,
    rotate_tokens,
)

__all__ = [
    "Bearer",
    "GrantReused",
    "MadeClient",
    "Tokens",
    "approve_member",
    "break_glass",
    "change_roles",
    "check_password",
    "claim_grant",
    "clean_up",
    "close_emergency",
    "close_patient_accounts",
    "create_api_client",
    "create_practice",
    "create_user",
    "disable_member",
    "enrol_factor",
    "issue_tokens",
    "member_proven",
    "note",
    "propose_factor",
    "read_token",
    "register",
    "remember_grant",
    "remind_reviews",
    "renew_password",
    "reset_factors",
    "review_emergency",
    "revoke_all_tokens",
    "revoke_grant",
    "revoke_tokens",
    "rotate_tokens",
    "unlock",
]
