"""`{% load billing %}`: amounts."""

from django import template

from epione.kernel.kit.formats import measure, number
from epione.kernel.kit.typography import NBSP

register = template.Library()


@register.filter
def money(cents: int) -> str:
    """15,00 € from 1500; "1 234,50 €" in French, "1,234.50 €" in English."""
    return f"{number(cents / 100, 2)}{NBSP}€"


@register.filter
def rate(percent: float) -> str:
    """50 % from 50.0, with the space of the language."""
    return measure(percent, "%")
