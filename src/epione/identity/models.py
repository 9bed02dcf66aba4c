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
