"""Numbers, dates and times as people of each language write them."""

from datetime import date, datetime, time
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import get_language

from epione.kernel.clock import PARIS

from .typography import MINUS, NARROW, NBSP

Number = int | float | Decimal
_LOCALES = {"fr": "fr_FR", "en": "en_GB"}


def language() -> str:
    """The language of the page: "fr" or "en"."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def number(value: Number, decimals: int | None = None) -> str:
    """1 234,5 in French, 1,234.5 in English; with `decimals`, exactly that many; the minus is U+2212."""
    fraction = "." + "0" * decimals if decimals else ""
    pattern = "#,##0.###" if decimals is None else f"#,##0{fraction}"
    return format_decimal(value, format=pattern, locale=_LOCALES[language()]).replace("-", MINUS)


def measure(value: Number, unit: str, decimals: int | None = None) -> str:
    """A number and its unit, kept on one line; per cent takes a narrow space in French and none in English."""
    written = number(value, decimals)
    if unit == "%":
        return written + (NARROW + "%" if language() == "fr" else "%")
    return f"{written}{NBSP}{unit}" if unit else written


def civil(value: date | datetime) -> date:
    """The civil date in France of an instant."""
    return value.astimezone(PARIS).date() if isinstance(value, datetime) and value.tzinfo else _plain(value)


def _plain(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def day(value: date | datetime) -> str:
    """20/11/2026, for tables; 20 Nov 2026 in English, where figures alone would be read in two ways."""
    pattern = "dd/MM/yyyy" if language() == "fr" else "d MMM yyyy"
    return format_date(civil(value), pattern, locale=_LOCALES[language()])


def short_day(value: date | datetime) -> str:
    """20/11 within the present year, in a margin."""
    pattern = "dd/MM" if language() == "fr" else "d MMM"
    return format_date(civil(value), pattern, locale=_LOCALES[language()])


def month(value: date | datetime) -> str:
    """Janv. 2026, for the axis of a chart."""
    return format_date(civil(value), "MMM yyyy", locale=_LOCALES[language()])


def long_day(value: date | datetime) -> str:
    """Vendredi 20 novembre 2026 in a sentence; Friday 20 November 2026 in English."""
    if language() == "fr":
        first = "d'er'" if civil(value).day == 1 else "d"
        return format_date(civil(value), f"EEEE {first} MMMM yyyy", locale="fr_FR")
    return format_date(civil(value), "EEEE d MMMM yyyy", locale="en_GB")


def clock(value: datetime | time) -> str:
    """14:05, in Paris."""
    local = value.astimezone(PARIS) if isinstance(value, datetime) and value.tzinfo else value
    return local.strftime("%H:%M")


def duration(minutes: int) -> str:
    """45 min, 1 h 25."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{NBSP}min"
    return f"{hours}{NBSP}h{NBSP}{rest:02d}" if rest else f"{hours}{NBSP}h"
