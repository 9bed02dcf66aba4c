"""`{% load billing %}`: amounts."""

from django import template

from epione.kernel.kit.formats import number
from epione.kernel.kit.typography import NBSP

register = template.Library()


@register.filter
def money(cents: int) -> str:
    """15,00 € from 1500; "1 234,50 €" in French, "1,234.50 €" in English."""
    return f"{number(cents / 100, 2)}{NBSP}€"
