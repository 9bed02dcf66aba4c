"""What refills say, in plain words and both languages: facts about boxes, never about the person who takes them."""

from collections.abc import Mapping
from datetime import date

from .adherence import OBSERVED_DAYS, Coverage

Text = Mapping[str, str]
NBSP, NARROW = "\u00a0", "\u202f"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NOTHING_TOLD: Text = {
    "fr": "Les délivrances enregistrées ne disent pas combien de jours sont couverts"
    f"{NBSP}: il en faut deux, dont une dans les douze derniers mois.",
    "en": "The recorded dispensings do not tell how many days are covered: two are needed, one of them within "
    "the last twelve months.",
}
METHOD: Text = {
    "fr": "Proportion de jours couverts (PDC) sur douze mois au plus, depuis la première délivrance enregistrée"
    f"{NBSP}; ce qui reste d’une boîte est compté après elle. Sous 80{NARROW}% l’observance est habituellement dite "
    "insuffisante (Karve et al., Curr Med Res Opin 2009;25:2303-2310).",
    "en": "Proportion of days covered (PDC) over twelve months at most, from the first recorded dispensing; what is "
    "left of a box is counted after it. Below 80% adherence is usually called insufficient (Karve et al., Curr Med "
    "Res Opin 2009;25:2303-2310).",
}


def day_words(on: date) -> Text:
    """20/11/2026 in French, 20 Nov 2026 in English."""
    return {"fr": f"{on:%d/%m/%Y}", "en": f"{on.day} {_MONTHS[on.month - 1]} {on.year}"}


def _days(count: int) -> Text:
    return {"fr": f"{count}{NBSP}jour{'s' if count > 1 else ''}", "en": f"{count} day{'' if count == 1 else 's'}"}


def percent(found: Coverage) -> int:
    """The proportion in whole percent, rounded down: 79.9 is not yet 80."""
    return found.covered * 100 // found.days


def share_words(found: Coverage) -> Text:
    """82 %, or "at least" while the duration of a dispensing is unknown."""
    value = percent(found)
    least = bool(found.unknown)
    return {"fr": f"{'au moins ' if least else ''}{value}{NARROW}%", "en": f"{'at least ' if least else ''}{value}%"}


def coverage_words(found: Coverage | None) -> Text:
    """The sentence about one medicine: the share of days covered, the longest gap, the refill that is overdue."""
    if found is None:
        return NOTHING_TOLD
    pieces = [_share(found), *_gap(found), *_overdue(found), *_open(found), *_short(found)]
    return {
        "fr": f"{NARROW}; ".join(piece["fr"] for piece in pieces) + ".",
        "en": "; ".join(piece["en"] for piece in pieces) + ".",
    }


def _share(found: Coverage) -> Text:
    share, since, until = share_words(found), day_words(found.since), day_words(found.until)
    french = f"{share['fr']} des jours couverts par les délivrances du {since['fr']} au {until['fr']}"
    english = f"{share['en']} of days covered by dispensings from {since['en']} to {until['en']}"
    return {"fr": french[0].upper() + french[1:], "en": english[0].upper() + english[1:]}


def _gap(found: Coverage) -> list[Text]:
    if not found.gaps:
        return []
    first, last = max(found.gaps, key=lambda gap: gap[1] - gap[0])
    days, start, end = _days(found.longest_gap), day_words(first), day_words(last)
    return [
        {
            "fr": f"plus long intervalle sans boîte{NBSP}: {days['fr']}, du {start['fr']} au {end['fr']}",
            "en": f"longest stretch without a box: {days['en']}, from {start['en']} to {end['en']}",
        }
    ]


def _overdue(found: Coverage) -> list[Text]:
    if not found.overdue:
        return []
    days = _days(found.overdue)
    return [
        {"fr": f"renouvellement attendu depuis {days['fr']}", "en": f"the next refill has been due for {days['en']}"}
    ]


def _open(found: Coverage) -> list[Text]:
    if not found.unknown:
        return []
    days = _days(sum((last - first).days + 1 for first, last in found.unknown))
    return [
        {
            "fr": f"{days['fr']} restent inconnus, faute de savoir combien de temps dure une délivrance",
            "en": f"{days['en']} remain unknown, since nobody said how long a dispensing lasts",
        }
    ]


def _short(found: Coverage) -> list[Text]:
    if found.days >= OBSERVED_DAYS:
        return []
    return [
        {
            "fr": f"moins de {OBSERVED_DAYS}{NBSP}jours observés{NBSP}: trop tôt pour juger",
            "en": f"fewer than {OBSERVED_DAYS} days observed: too early to judge",
        }
    ]
