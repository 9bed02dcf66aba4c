"""Tags of the pages of identity, which pages of other modules may load."""

from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context

from epione.identity.sessions import reauthenticated

register = template.Library()


@register.simple_tag
def idle_seconds() -> int:
    """How long a screen stays open with nobody there."""
    return int(settings.IDLE_SECONDS)


@register.inclusion_tag("identity/confirm_field.html", takes_context=True)
def confirm_field(context: Context) -> dict[str, Any]:
    """The password field of a form whose act is sensitive; nothing when the person has just proved who she is.

    The view calls `identity.public.require_reauthentication(request)`, which reads it.
    """
    return {"proved": reauthenticated(context["request"])}
