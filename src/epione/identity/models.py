"""Rows of practices, people and their memberships."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models

from epione.kernel.ids import uuid7
from epione.kernel.rows import PracticeQuerySet, PracticeRow


class Practice(models.Model):
    """A practice (tenant): the border that no operation crosses."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    finess = models.CharField(max_length=9, blank=True, db_index=True)
    settings = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Site(PracticeRow):
    """A place where the practice works."""

    name = models.CharField(max_length=200)
    finess = models.CharField(max_length=9, blank=True)
    address = models.CharField(max_length=400, blank=True)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Creates and finds people by the identifier they type."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """A person whose password is hashed; without one she cannot sign in by password."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Identifiers do not care for capitals."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in; her rights stand in her memberships."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(max_length=150, unique=True, validators=[UnicodeUsernameValidator()])
    email = models.EmailField(blank=True, max_length=254)
    first_name = models.CharField(blank=True, max_length=150)
    last_name = models.CharField(blank=True, max_length=150)
    language = models.CharField(blank=True, max_length=5)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def get_full_name(self) -> str:
        """First name then name, as in a sentence; the identifier when neither is known."""
        return f"{self.first_name} {self.last_name}".strip() or self.username

    def __str__(self) -> str:
        return self.get_full_name()


class Membership(models.Model):
    """What a person is in a practice."""

    class Status(models.TextChoices):
        """Pending until an administrator approves."""

        PENDING = "pending"
        ACTIVE = "active"
        DISABLED = "disabled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    roles = models.JSONField(default=list)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    rpps = models.CharField(max_length=11, blank=True)
    patient_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "user"], name="one_membership_per_practice")]

    def __str__(self) -> str:
        return f"{self.user_id}@{self.practice_id}"


class TokenFamily(models.Model):
    """One sign-in of a program: every refresh token that descends from it falls with it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return str(self.id)


class RefreshToken(models.Model):
    """A refresh token, usable once; only its SHA-256 is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    family = models.ForeignKey(TokenFamily, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.id)


class ApiClient(models.Model):
    """What a machine (an OAuth client) is in a practice: its roles and its class of rate."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE)
    client_id = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=100)
    roles = models.JSONField(default=list)
    rate_class = models.CharField(max_length=12, default="integration")

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """What a person lent to a program at the provider: every token that descends from it falls with it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client_id = models.CharField(max_length=100)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.id)


class GrantToken(models.Model):
    """A token of a grant, by the hash that the provider keeps; a refresh token serves once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=255, unique=True)
    refresh = models.BooleanField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.id)


class EmergencyAccess(PracticeRow):
    """A broken glass: who, why, until when, and what the reviewer said of it."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    justified = models.BooleanField(null=True, blank=True)
    comment = models.TextField(blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reviewed_at=None, reviewed_by=None, justified=None)
                | models.Q(reviewed_at__isnull=False, reviewed_by__isnull=False, justified__isnull=False),
                name="emergency_reviewed_entirely_or_not",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d %H:%M}"


class ExternalIdentity(models.Model):
    """A person at an identity provider: issuer and subject together, never one alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="one_person_per_issuer_and_subject")]

    def __str__(self) -> str:
        return f"{self.subject}@{self.issuer}"
