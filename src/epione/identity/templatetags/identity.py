"""Tags of the pages of identity."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def idle_seconds() -> int:
    """How long a screen stays open with nobody there."""
    return int(settings.IDLE_SECONDS)
