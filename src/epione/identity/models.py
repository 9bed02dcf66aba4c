"""Rows of people and practices."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from epione.kernel.ids import uuid7


class User(AbstractUser):
    """A person who signs in."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
