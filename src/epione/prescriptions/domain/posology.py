"""Posology as French prescribers write it, read into numbers: `1-0-1`, "1 cp matin et soir", "½ cp", "si besoin"."""

import re
from dataclasses import dataclass, replace

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
_NUMBER = r"\d+/\d+|\d+(?:[.,]\d+)?(?:\s*[½¼¾⅓⅔]|\s+1/2)?|[½¼¾⅓⅔]|\b(?:une?|deux|trois|quatre|demi|one|two|half)\b"
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
    "morning": r"matins?|morning|mat\b|petit d[ée]jeuner|am\b",
    "noon": r"midis?|d[ée]jeuner|noon|lunch",
    "evening": r"soirs?|d[îi]ner|evening|pm\b",
    "bedtime": r"coucher|bedtime|nuit|night",
}
_PRN = re.compile(
    r"si besoin|au besoin|[àa] la demande|si douleurs?|si n[ée]cessaire|as needed|\bprn\b|\bsb\b", re.IGNORECASE
)
_GRID = re.compile(
    rf"^\s*({_NUMBER}|0)\s*-\s*({_NUMBER}|0)\s*-\s*({_NUMBER}|0)(?:\s*-\s*({_NUMBER}|0))?\s*", re.IGNORECASE
)
_TIMES = re.compile(
    r"(\d+)\s*(?:[àa]\s*(\d+)\s*)?(?:fois|x|×)\s*(?:par|/)\s*(jour|j|semaine|sem|mois)\b", re.IGNORECASE
)
_TIMES_AFTER = re.compile(r"(?:x|×)\s*(\d+)\s*(?:par|/)\s*(jour|j|semaine|sem|mois)\b", re.IGNORECASE)
_TIMES_EN = re.compile(r"(once|twice|\d+ times?)\s*(?:a|per)\s*(day|week|month)|\b(daily)\b", re.IGNORECASE)
_EVERY = re.compile(r"(?:toutes? les|tous les|every|/)\s*(\d+)\s*(h|heures?|hours?|j|jours?|days?)\b", re.IGNORECASE)
_DAILY = re.compile(r"par jour|/\s*j(?:our)?\b|chaque jour|quotidien|tous les jours", re.IGNORECASE)
_WEEKLY = re.compile(r"par semaine|/\s*sem|hebdo|once a week|weekly|1 jour sur 7", re.IGNORECASE)
_ALTERNATE = re.compile(r"un jour sur deux|1 jour sur 2|1j/2|every other day", re.IGNORECASE)
_FORTNIGHT = re.compile(r"(?:toutes les|every) (?:2|deux|two) (?:semaines|weeks)", re.IGNORECASE)
_DAYS = {"jour": 1, "j": 1, "day": 1, "semaine": 7, "sem": 7, "week": 7, "mois": 30, "month": 30}


@dataclass(frozen=True, slots=True)
class Posology:
    """What a text says. None means that the text does not say, never zero.

    `dose_value`/`dose_unit`: one intake; `per_day`: mean intakes a day (1/7 for a weekly drug); `moments`: quantity at
    morning, noon, evening, bedtime; `daily_units`: units a day when known; `unread`: what could not be understood,
    which a person must confirm.
    """

    text: str
    dose_value: float | None = None
    dose_unit: str | None = None
    per_day: float | None = None
    moments: tuple[float, float, float, float] | None = None
    prn: bool | None = None
    unread: str = ""

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
        total += float(numerator) / float(denominator or 1)
    return total


def _unit(text: str) -> str | None:
    return next((unit for unit, words in _UNIT_WORDS if words.match(text.strip())), None)


def _grid(text: str) -> tuple[Posology, str] | None:
    match = _GRID.match(text)
    if not match:
        return None
    quantities = tuple(number(part) if part and part != "0" else 0.0 for part in match.groups())
    taken = {quantity for quantity in quantities if quantity}
    moments = (quantities[0], quantities[1], quantities[2], quantities[3])
    rest = text[match.end() :]
    unit = _unit(rest)
    return Posology(
        text, taken.pop() if len(taken) == 1 else None, unit, float(sum(1 for q in quantities if q)), moments
    ), rest


def _moments(text: str, quantity: float | None) -> tuple[float, float, float, float] | None:
    if quantity is None:
        return None
    found = [bool(re.search(words, text, re.IGNORECASE)) for words in _MOMENT_WORDS.values()]
    if not any(found):
        return None
    morning, noon, evening, bedtime = (quantity if there else 0.0 for there in found)
    return (morning, noon, evening, bedtime)


def _frequency(text: str) -> float | None:
    if match := _TIMES.search(text):
        return float(match[2] or match[1]) / _DAYS[match[3].lower()]
    if match := _TIMES_AFTER.search(text):
        return float(match[1]) / _DAYS[match[2].lower()]
    if match := _TIMES_EN.search(text):
        if match[3]:
            return 1.0
        count = {"once": 1, "twice": 2}.get(match[1].lower()) or int(match[1].split()[0])
        return count / _DAYS[match[2].lower()]
    if match := _EVERY.search(text):
        hours = match[2].lower().startswith("h")
        count = int(match[1])
        return None if count == 0 else (24 / count if hours else 1 / count)
    slower = ((_ALTERNATE, 0.5), (_FORTNIGHT, 1 / 14), (_WEEKLY, 1 / 7), (_DAILY, 1.0))
    return next((rate for pattern, rate in slower if pattern.search(text)), None)


def _prose(text: str) -> Posology:
    quantity, unit = None, None
    for match in re.finditer(rf"({_NUMBER})\s*", text, re.IGNORECASE):
        unit = _unit(text[match.end() :])
        if unit:
            quantity = number(match[1])
            break
    moments = _moments(text, quantity)
    if quantity is None and (plain := re.match(rf"\s*({_NUMBER})\s+(?:le|au|à|matin|midi|soir)", text, re.IGNORECASE)):
        quantity = number(plain[1])
        moments = _moments(text, quantity)
    rate = _frequency(text)
    if rate is None and moments:
        rate = float(sum(1 for q in moments if q))
    return Posology(text, quantity, unit, rate, moments)


def parse_posology(text: str) -> Posology:
    """Read a posology; what is not understood stays in `unread` and the numbers stay None.

    Of a range ("1 à 2 cp") the higher bound is kept: what may be taken is what must be checked. A dose read by
    character recognition or speech is never trusted: fractions (½) and µ are misread, so that the caller
    must have a person confirm it.
    """
    written = " ".join(text.split())
    if not written:
        return Posology("")
    grid = _grid(written)
    read = grid[0] if grid else _prose(written)
    rest = grid[1] if grid else written
    if grid and (rate := _frequency(rest)) and rate < 1:
        read = replace(read, per_day=rate * (read.per_day or 1), moments=None)
    prn = True if _PRN.search(written) else (False if read.per_day else None)
    understood = read.per_day is not None or read.dose_value is not None or prn
    return replace(read, prn=prn, unread="" if understood else written)
