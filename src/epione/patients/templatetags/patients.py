"""Ages in the pages of patients: `{% load patients %}`."""

from datetime import date

from django import template

from epione.kernel import clock

register = template.Library()


@register.simple_tag
def age_of(born: date) -> int:
    """Completed years today."""
    today = clock.today()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
