"""The writing of a posology made even before it is read, and the texts whose dose must not be guessed."""

import re

_NUMBERS = {
    "un": "1",
    "une": "1",
    "deux": "2",
    "trois": "3",
    "quatre": "4",
    "cinq": "5",
    "six": "6",
    "sept": "7",
    "huit": "8",
    "neuf": "9",
    "dix": "10",
    "douze": "12",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
}
_QUANTITY = r"(?:\d+(?:[.,]\d+)?(?:\s*[½¼¾])?|[½¼¾])"
_ELEMENT = r"(?:cp|comprim|g[ée]l|caps|sach|amp|inj|patch|supp?o|stylo|tab|dose)[a-zéè]*\.?"
_MASS = r"(?:mg|g|[µμ]g|mcg|ug)\b"
_DAY = r"(?:jour|j|day)\b"
_SPACE = "[ \u00a0\u202f]"

_REWRITTEN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), by)
    for pattern, by in (
        (rf"\b(\d{{1,3}}){_SPACE}000{_SPACE}000\b", r"\g<1>000000"),
        (rf"\b(\d{{1,3}}){_SPACE}000\b", r"\g<1>000"),
        (r"\btte?s\b", "toutes"),
        (r"\*\s*(?=\d)", "x "),
        # Half an hour, or hours before or after something, say when: they are no rhythm.
        (r"(?:\b1/2|½|\bdemi[ -]?)\s*h(?:eures?)?\b", " "),
        (r"\b\d+\s*(?:h|heures?|min|minutes?)\b(?=\s*(?:avant|apr[èe]s|d['’]|du\b|des?\b|before|after))", " "),
        (r"\b(?:1\s+)?demie?[ -]+", "½ "),
        (rf"\b(\d+)\s*({_ELEMENT})\s+et\s+(?:½|1/2|demie?\b)", r"\1 ½ \2"),
        # "2 x 1 cp par jour": what is taken once comes second.
        (rf"\b(\d+)\s*[x×]\s*({_QUANTITY}\s*(?:{_ELEMENT}|{_MASS}))\s*(?:/|par|per)\s*{_DAY}", r"\2 \1 fois par jour"),
        # "1 patch 50 µg/h": what it gives an hour is its name.
        (r"\b(patchs?|dispositifs?)\s*(?:de|à)?\s*\d+(?:[.,]\d+)?\s*(?:[µμ]g|mcg|mg)\s*/\s*(?:24\s*)?h\b", r"\1"),
        # "1 amp de 100000 UI": the strength of the element, not what is taken.
        (rf"\b({_QUANTITY}\s*{_ELEMENT})\s*(?:de|d['’]|à|dos[ée]e?s?\s*[àa])\s*\d+\s*UI\b", r"\1"),
    )
)
_STRENGTH = re.compile(
    rf"(?<![\d/.,])(\d+(?:[.,]\d+)?|[½¼¾])\s*{_ELEMENT}\s*(de|d['’]|à|dos[ée]e?s?\s*[àa]|\(|)\s*"
    rf"(\d+(?:[.,]\d+)?)\s*({_MASS})(?!\s*/\s*(?:h|\d))\)?",
    re.IGNORECASE,
)
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}
_DOUBTFUL = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # A stop or a negation turns what follows round.
        r"\barr[êe]t|\bstop|\bsuspen|\bpas\s+(?:le|la|au|à|de|d['’])|\bne\s+(?:pas|plus)\s+(?:prendre|donner)",
        # "1.000 mg": one or a thousand? "1 500 mg": fifteen hundred, or one of 500?
        r"(?<![\d.,])[1-9]\d{0,2}\.\d{3}(?!\d)",
        rf"(?<![\d.,/])[1-9]\d{{0,2}}{_SPACE}\d{{3}}\s*(?:{_MASS}|UI\b|U\b)",
        # "10/5 mg": the strengths of a combination.
        rf"\d[.,\d]*\s*(?:mg\s*)?/\s*\d[.,\d]*\s*{_MASS}",
        # "3 x 1": which is the quantity? "1-0-1-0-1": five moments?
        r"(?<![\w.,])\d+\s*[x×]\s*\d+(?!\s*(?:fois|x|×))",
        r"^\s*\S+(?:\s*-\s*(?:\d|½|¼|¾)\S*){4,}",
        r"(?:matin|midi|soir|coucher)\s+ou\s+(?:le\s+|à\s+|au\s+)?(?:matin|midi|soir|coucher)",
    )
)


def _taken(match: re.Match[str]) -> str:
    """What is taken: 40 mg for "2 cp de 20 mg"; "2 cp 20 mg" may be 20 mg in all, and stays for a person."""
    written, joint, strength, unit = match.groups()
    count = _FRACTIONS.get(written) or float(written.replace(",", "."))
    if count != 1 and joint.strip() in ("", "("):
        return match[0]
    return f"{count * float(strength.replace(',', '.')):g} {unit}"


def even(text: str) -> str:
    """A posology in one writing: numbers in digits, thousands joined, halves as ½, strengths of tablets counted in."""
    for word, digits in _NUMBERS.items():
        text = re.sub(rf"\b{word}\b", digits, text, flags=re.IGNORECASE)
    for pattern, by in _REWRITTEN:
        text = pattern.sub(by, text)
    return " ".join(_STRENGTH.sub(_taken, text).split())


def doubtful(text: str) -> bool:
    """Whether a text, made even, can be read in two ways that give two doses."""
    return any(pattern.search(text) for pattern in _DOUBTFUL)
