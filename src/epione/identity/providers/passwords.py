"""Hashing and acceptance of passwords (NIST SP 800-63B-4: length and lists, no composition rule)."""

import threading
import unicodedata
from typing import ClassVar

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from epione.identity.domain.roles import PROTECTED_ROLES
from epione.identity.models import Membership, User

WITH_FACTOR, ALONE = 8, 15


class BoundedArgon2Hasher(Argon2PasswordHasher):
    """Argon2id, at most two at a time: a flood of sign-ins cannot take the memory of the machine."""

    time_cost = 2
    memory_cost = 47_104
    parallelism = 1
    _slots: ClassVar[threading.Semaphore] = threading.Semaphore(2)

    def encode(self, password: str, salt: str) -> str:
        """Hash, when a slot is free."""
        with self._slots:
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        """Compare, when a slot is free."""
        with self._slots:
            return bool(super().verify(password, encoded))


def has_second_factor(user: User | None) -> bool:
    """Whether this person has a second factor, or cannot work without one."""
    if user is None or user.date_joined is None:
        return bool(getattr(user, "expects_factor", False))
    roles = {role for row in Membership.objects.filter(user=user) for role in row.roles}
    return bool(roles & PROTECTED_ROLES) or bool(is_mfa_enabled(user))


class LengthForFactors:
    """Fifteen characters when the password stands alone, eight when a second factor stands beside it."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise when the password is too short for this person."""
        least = WITH_FACTOR if has_second_factor(user) else ALONE
        if len(password) < least:
            raise ValidationError(_("At least %(least)d characters are needed.") % {"least": least}, "too-short")

    def get_help_text(self) -> str:
        """What the form says beforehand."""
        return _("A sentence is easier to remember than signs: length is what counts.")


def _folded(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if c.isalnum())


class ContextWords:
    """Refuses a password that is little more than the person's names, the practice's or ours."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise when fewer than five characters remain once the known words are taken away."""
        rest = _folded(password)
        for word in self._words(user):
            rest = rest.replace(word, "")
        if len(rest) < 5:
            raise ValidationError(_("This password is too close to a name that others know."), "context")

    def _words(self, user: User | None) -> list[str]:
        known = ["epione"]
        if user is not None:
            known += [user.username, user.email.partition("@")[0], user.first_name, user.last_name]
        if user is not None and user.date_joined is not None:
            known += [row.practice.name for row in Membership.objects.filter(user=user).select_related("practice")]
        parts = {_folded(part) for name in known for part in [name, *name.replace(".", " ").split()]}
        return sorted((part for part in parts if len(part) >= 3), key=len, reverse=True)

    def get_help_text(self) -> str:
        """What the form says beforehand."""
        return _("Names of people and of the practice do not count.")
