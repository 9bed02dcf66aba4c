"""Posology as French prescribers write it, read into numbers: `1-0-1`, "1 cp matin et soir", "½ cp", "si besoin"."""

import re
from dataclasses import dataclass, replace

from .posology_text import doubtful, even

MOMENTS = ("morning", "noon", "evening", "bedtime")
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}
_WORDS = {
    "un": 1.0,
    "une": 1.0,
    "deux": 2.0,
    "trois": 3.0,
    "quatre": 4.0,
    "demi": 0.5,
    "one": 1.0,
    "two": 2.0,
    "half": 0.5,
}
_NUMBER = r"\d+/[1-9]\d*|\d+(?:[.,]\d+)?(?:\s*[½¼¾⅓⅔]|\s+1/2)?|[½¼¾⅓⅔]|\b(?:une?|deux|trois|quatre|demi|one|two|half)\b"
_UNITS = {
    "cp": r"cp[rs]?|cpr?s?|comprim[ée]s?|tabs?|tablets?",
    "gélule": r"g[ée]l(?:ule)?s?|capsules?|caps",
    "sachet": r"sachets?|sach",
    "goutte": r"gouttes?|gtts?|drops?",
    "dose": r"doses?",
    "bouffée": r"bouff[ée]es?|puffs?",
    "injection": r"inj(?:ection)?s?",
    "patch": r"patch(?:e?s)?|dispositifs?",
    "application": r"applications?|appl",
    "ampoule": r"amp(?:oule)?s?",
    "suppositoire": r"suppos?(?:itoire)?s?",
    "cuillère": r"cuill[èe]res?(?: [àa] (?:caf[ée]|soupe))?|c\.? ?[àa] ?[cs]",
    "µg": r"µg|μg|mcg|microgrammes?",
    "mg": r"mg|milligrammes?",
    "g": r"g|grammes?",
    "mL": r"ml|millilitres?",
    "UI": r"ui|iu|unit[ée]s?|u",
}
_UNIT_WORDS = [(unit, re.compile(rf"(?:{words})\b", re.IGNORECASE)) for unit, words in _UNITS.items()]
_MOMENT_WORDS = {
    "morning": r"matins?|morning|mat\b|petit[ -]d[ée]j(?:euner)?|am\b",
    "noon": r"midis?|(?<!petit )(?<!petit-)d[ée]jeuner|noon|lunch",
    "evening": r"soirs?|d[îi]ner|evening|pm\b",
    "bedtime": r"coucher|bedtime|nuit|night",
}
_PRN = re.compile(
    r"si besoin|au besoin|[àa] la demande|si douleurs?|si n[ée]cessaire|as needed|\bprn\b|\bsb\b", re.IGNORECASE
)
_GRID = re.compile(
    rf"^\s*({_NUMBER}|0)\s*-\s*({_NUMBER}|0)\s*-\s*({_NUMBER}|0)(?:\s*-\s*({_NUMBER}|0))?\s*", re.IGNORECASE
)
_SLASHES = re.compile(r"^\s*(\d)/(\d)/(\d)(?![\d/])")
"""One digit each: "01/02/26" is a date."""
_TIMES = re.compile(
    r"(?<![\d.,/])(\d+)\s*(?:(?:[àa]|ou|-)\s*(\d+)\s*)?(?:fois|prises?|x|×)?\s*(?:par|/)\s*(jour|j|semaine|sem|mois)\b",
    re.IGNORECASE,
)
_TIMES_AFTER = re.compile(
    r"(?:\bx|×|\bmax(?:imum|i|\.)?)\s*(\d+)\s*(?:par|/)\s*(jour|j|semaine|sem|mois)\b", re.IGNORECASE
)
_TIMES_EN = re.compile(r"(once|twice|\d+ times?)\s*(?:a|per)\s*(day|week|month)|\b(daily)\b", re.IGNORECASE)
_EVERY = re.compile(
    r"(?:toutes? les|tous les|every|/)\s*(\d+)(?:\s*(?:à|ou|-|to)\s*\d+)?\s*"
    r"(h|heures?|hours?|j|jours?|days?|sem|semaines?|weeks?|mois|months?)\b",
    re.IGNORECASE,
)
_DAILY = re.compile(r"par jour|/\s*j(?:our)?\b|chaque jour|quotidien|tous les jours", re.IGNORECASE)
_MONTHLY = re.compile(r"par mois|/\s*mois|mensuel|once a month|monthly", re.IGNORECASE)
_PORTIONS = re.compile(r"\ben\s+(\d+)\s+(?:prises?|fois)\b", re.IGNORECASE)
_WEEKLY = re.compile(r"par semaine|/\s*sem\w*|hebdo\w*|once a week|weekly", re.IGNORECASE)
_ALTERNATE = re.compile(r"1j/2|every other day", re.IGNORECASE)
_OUT_OF = re.compile(r"(\d+)\s*(?:jour|j|matin|midi|soir|semaine|sem)s?\s*(?:sur|/)\s*(\d+)\b", re.IGNORECASE)
_WEEKDAY = (
    r"\b(?:lun(?:dis?)?|mar(?:dis?)?|mer(?:credis?)?|jeu(?:dis?)?|ven(?:dredis?)?|sam(?:edis?)?|dim(?:anches?)?|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\b"
)
_WEEKDAYS = re.compile(_WEEKDAY, re.IGNORECASE)
_EXCEPT = re.compile(r"\bsauf\b|\bhors\b|\bexcept|\bautres?\b", re.IGNORECASE)
_FORTNIGHT = re.compile(r"(?:toutes les|every) (?:2|deux|two) (?:semaines|weeks)", re.IGNORECASE)
_LENGTH = r"pendant\s+\d+\s*(?:jours?|j|semaines?|sem|mois)\b|for\s+\d+\s*(?:days?|weeks?|months?)\b|qsp\s*\d+\s*\w*"
_HOURS = re.compile(r"\b\d{1,2}\s*h(?:\s*\d{2})?\b", re.IGNORECASE)
_HOUR = r"(?:à|a|vers|at)?\s*\b\d{1,2}\s*h(?:\s*\d{2})?\b"
_TIMING = re.compile(
    f"{_TIMES.pattern}|{_TIMES_AFTER.pattern}|{_TIMES_EN.pattern}|{_EVERY.pattern}|{_ALTERNATE.pattern}|{_PORTIONS.pattern}"
    f"|{_OUT_OF.pattern}|{_LENGTH}|{_HOUR}",
    re.IGNORECASE,
)
"""Numbers that say when or how long, never how much."""
_TO_MOMENT = re.compile(
    r"(?:le|la|au|à|l['’]|at|in the)?\s*(?:matin|midi|soir|coucher|morning|noon|evening|bedtime|mat\b)", re.IGNORECASE
)
_AFTER_MOMENT = re.compile(r"(?:matin|midi|soir|coucher|morning|noon|evening|bedtime)\s*[:=]?\s*$", re.IGNORECASE)
_FILLERS = (
    r"le|la|les|l|au|aux|à|a|et|de|d|du|des|par|en|une?|and|the|in|at|then|puis|ou|or|prendre|prise|prises|take|per|day|"
    r"jour|jours|fois|once|max(?:imum|i)?"
)
_MOST_IN_GRID = 200
_MOST_A_DAY = 24
_DAYS = {"jour": 1, "j": 1, "day": 1, "semaine": 7, "sem": 7, "week": 7, "mois": 30, "month": 30}


@dataclass(frozen=True, slots=True)
class Posology:
    """What a text says. None means that the text does not say, never zero.

    `dose_value`/`dose_unit`: one intake; `per_day`: mean intakes a day (1/7 for a weekly drug); `moments`: quantity at
    morning, noon, evening, bedtime; `daily_units`: units a day when known; `unread`: the text, when nothing of it was
    understood; `ignored`: words left aside in a text that was otherwise understood, which a person must judge.
    """

    text: str
    dose_value: float | None = None
    dose_unit: str | None = None
    per_day: float | None = None
    moments: tuple[float, float, float, float] | None = None
    prn: bool | None = None
    unread: str = ""
    ignored: str = ""

    @property
    def daily_units(self) -> float | None:
        """Units taken each day."""
        if self.moments:
            return sum(self.moments)
        if self.dose_value is None or self.per_day is None:
            return None
        return self.dose_value * self.per_day


def number(text: str) -> float:
    """A quantity as written: `2`, `0,5`, `½`, `1/2`, `1 ½`, `une`."""
    written = text.strip().lower().replace(",", ".")
    if written in _WORDS:
        return _WORDS[written]
    total = sum(value for sign, value in _FRACTIONS.items() if sign in written)
    for sign in _FRACTIONS:
        written = written.replace(sign, " ")
    for part in written.split():
        numerator, _, denominator = part.partition("/")
        total += float(numerator) / (float(denominator or 1) or 1.0)
    return total


def _unit(text: str) -> str | None:
    return next((unit for unit, words in _UNIT_WORDS if words.match(text.strip())), None)


def _grid(text: str) -> tuple[Posology, str] | None:
    match = _GRID.match(text)
    if not match or any(number(part) > _MOST_IN_GRID for part in match.groups() if part and part != "0"):
        return None
    quantities = tuple(number(part) if part and part != "0" else 0.0 for part in match.groups())
    taken = {quantity for quantity in quantities if quantity}
    if not taken:
        return None
    moments = (quantities[0], quantities[1], quantities[2], quantities[3])
    rest = text[match.end() :]
    unit = _unit(rest)
    return Posology(
        text, taken.pop() if len(taken) == 1 else None, unit, float(sum(1 for q in quantities if q)), moments
    ), rest


def _moments(text: str) -> tuple[list[float], str | None, tuple[float, float, float, float] | None]:
    """Quantities in their order, their unit, and what is taken at each moment of the day.

    "1 cp matin et 2 le soir" gives each moment the quantity before it; "matin 1, soir 2" the one after it.
    """
    plain = _TIMING.sub(" ", text)
    marks: list[tuple[int, str, float]] = []
    unit = None
    for match in re.finditer(rf"({_NUMBER})\s*", plain, re.IGNORECASE):
        counted = _unit(plain[match.end() :])
        unit = unit or counted
        if counted or _TO_MOMENT.match(plain[match.end() :]) or _AFTER_MOMENT.search(plain[: match.start()]):
            marks.append((match.start(), "", number(match[1])))
    quantities = [quantity for _at, _name, quantity in marks]
    for name, words in _MOMENT_WORDS.items():
        marks += [(match.start(), name, 0.0) for match in re.finditer(words, plain, re.IGNORECASE)]
    marks.sort()
    if marks and marks[0][1]:
        marks.reverse()
    taken: dict[str, float] = {}
    current = None
    for _at, name, quantity in marks:
        if name and current is not None:
            taken[name] = max(taken.get(name, 0.0), current)
        elif not name:
            current = max(quantity, current or 0.0) if not taken and current else quantity
    moments = tuple(taken.get(name, 0.0) for name in MOMENTS)
    return quantities, unit, (moments[0], moments[1], moments[2], moments[3]) if any(moments) else None


def _frequency(text: str) -> float | None:
    match = _TIMES.search(text)
    if match and float(match[2] or match[1]) <= _MOST_A_DAY:
        return float(match[2] or match[1]) / _DAYS[match[3].lower()]
    if match := _TIMES_AFTER.search(text):
        return float(match[1]) / _DAYS[match[2].lower()]
    if match := _TIMES_EN.search(text):
        if match[3]:
            return 1.0
        count = {"once": 1, "twice": 2}.get(match[1].lower()) or int(match[1].split()[0])
        return count / _DAYS[match[2].lower()]
    if match := _EVERY.search(text):
        return _every(int(match[1]), match[2].lower())
    slower = ((_ALTERNATE, 0.5), (_FORTNIGHT, 1 / 14), (_MONTHLY, 1 / 30), (_WEEKLY, 1 / 7), (_DAILY, 1.0))
    hours = float(len(_HOURS.findall(text))) or None
    return hours or next((rate for pattern, rate in slower if pattern.search(text)), None)


def _every(count: int, unit: str) -> float | None:
    if count == 0:
        return None
    if unit.startswith("h"):
        return 24 / count
    days = next(
        days for start, days in (("sem", 7), ("week", 7), ("mo", 30), ("j", 1), ("d", 1)) if unit.startswith(start)
    )
    return 1 / (count * days)


def _slowed(text: str) -> float | None:
    """The share of days of "1 jour sur 2", "lundi et jeudi"; None when the text names none or leaves some out."""
    if _EXCEPT.search(text):
        return None
    if (match := _OUT_OF.search(text)) and 0 < int(match[1]) <= int(match[2]):
        return int(match[1]) / int(match[2])
    named = {match[0][:3].lower() for match in _WEEKDAYS.finditer(text)}
    return len(named) / 7 if named else None


def _rate(text: str) -> tuple[float | None, bool]:
    """Mean intakes a day, and whether they are a share of the days."""
    rate, share = _frequency(text) or None, _slowed(text)
    if share is None or (rate is not None and rate < 1):
        return rate, False
    return (rate or 1.0) * share, True


def _unclear(text: str) -> bool:
    """Whether several quantities stand there whose units, hours or days do not say which is taken when."""
    plain = _TIMING.sub(" ", text)
    found = [(number(match[1]), _unit(plain[match.end() :]))
             for match in re.finditer(rf"({_NUMBER})\s*", plain, re.IGNORECASE)]  # fmt: skip
    units = {unit for _quantity, unit in found if unit}
    parted = _slowed(text) is not None or len(_HOURS.findall(_EVERY.sub(" ", text))) > 1
    return len(units) > 1 or (parted and len({quantity for quantity, _unit_of in found}) > 1)


def _share(text: str, rate: float | None, shared: bool, quantities: int) -> float | None:
    """The share of days on which the moments count; days told beside several quantities may concern one of them."""
    if shared:
        return _slowed(text) if quantities == 1 else None
    return rate if rate is not None and rate < 1 else None


def _prose(text: str) -> Posology:
    quantities, unit, moments = _moments(text)
    rate, shared = _rate(text)
    if moments:
        different = {quantity for quantity in moments if quantity}
        times = float(sum(1 for quantity in moments if quantity))
        slow = _share(text, rate, shared, len(quantities))
        dose = different.pop() if len(different) == 1 else None
        return Posology(text, dose, unit, slow * times if slow else times, None if slow else moments)
    dose = max(quantities, default=None)
    if dose and (portions := _PORTIONS.search(text)) and int(portions[1]):
        return Posology(text, dose / int(portions[1]), unit, float(portions[1]))
    return Posology(text, dose or None, unit, rate)


def _left_aside(text: str, *, days_read: bool) -> str:
    """The words that no rule reads: "sauf dimanche", "pendant les repas"."""
    plain = _GRID.sub(" ", text)
    patterns = (
        _PRN,
        _TIMING,
        _DAILY,
        *((_WEEKDAYS,) if days_read else ()),
        _WEEKLY,
        _MONTHLY,
        _FORTNIGHT,
        *map(_compiled, _MOMENT_WORDS.values()),
    )
    for pattern in patterns:
        plain = pattern.sub(" ", plain)
    units = "|".join(_UNITS.values())
    plain = re.sub(rf"(?:{_NUMBER})\s*(?:(?:{units})\b\.?)?", " ", plain, flags=re.IGNORECASE)
    plain = re.sub(rf"\b(?:{units}|{_FILLERS})\b", " ", plain, flags=re.IGNORECASE)
    return " ".join(re.sub(r"[^\w’']+", " ", plain).split())


def _compiled(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


def parse_posology(text: str) -> Posology:
    """Read a posology; what is not understood stays in `unread` and the numbers stay None.

    Of a range ("1 à 2 cp") the higher bound is kept: what may be taken is what must be checked. A dose read by
    character recognition or speech is never trusted: fractions (½) and µ are misread, so that the caller
    must have a person confirm it.
    """
    written = " ".join(text.split())
    plain = even(_SLASHES.sub(r"\1-\2-\3", written))
    if not plain:
        return Posology(written, unread=written)
    grid = _grid(plain)
    rest = grid[1] if grid else plain
    prn = True if _PRN.search(written) else None
    if doubtful(plain) or _unclear(rest):
        return Posology(written, prn=prn, unread=written)
    read = _with_days(grid[0], rest) if grid else _prose(plain)
    if not (read.per_day is not None or read.dose_value is not None or prn):
        return replace(read, text=written, prn=prn, unread=written)
    ignored = _left_aside(plain, days_read=read.moments is None and not _EXCEPT.search(plain))
    return replace(read, text=written, prn=prn or (False if read.per_day else None), ignored=ignored)


def _with_days(grid: Posology, rest: str) -> Posology:
    """A grid that is not for every day: "1-0-1 un jour sur deux"."""
    rate, _shared = _rate(rest)
    if not rate or rate >= 1:
        return grid
    return replace(grid, per_day=rate * (grid.per_day or 1), moments=None)
