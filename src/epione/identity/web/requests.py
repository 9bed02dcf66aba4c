"""What a guarded page knows of its request, typed."""

from django import forms
from django.http import HttpRequest

from epione.identity.errors import NotSignedIn
from epione.identity.models import User
from epione.kernel.actor import Actor
from epione.kernel.errors import Invalid


def actor_in(request: HttpRequest) -> Actor:
    """The actor of a page guarded by `signed_in`."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise NotSignedIn
    return actor


def user_in(request: HttpRequest) -> User:
    """The person of a page guarded by `signed_in`."""
    if not isinstance(request.user, User):
        raise NotSignedIn
    return request.user


def show_refusal(form: forms.Form, refusal: Invalid) -> None:
    """Put the sentences of a refused service beside the fields that they name."""
    for name, texts in refusal.fields.items():
        form.add_error(name if name in form.fields else None, texts)
