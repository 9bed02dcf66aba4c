"""What a DICOMweb call asks, read without trust."""

import re

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from epione.imaging.domain.exchange.accepting import Accepted, accepted_of
from epione.imaging.domain.exchange.attributes import Level, attribute_of, of_level
from epione.imaging.domain.exchange.matching import BadMatch, Match, match_of
from epione.imaging.errors import BadQuestion
from epione.imaging.searching import Search

MOST = {Level.STUDY: 1000, Level.SERIES: 2000, Level.INSTANCE: 5000}
"""The most answers at once; more are asked for with `offset`."""
_RESERVED = {"includefield", "limit", "offset", "fuzzymatching", "accept", "charset"}


def base_of(request: HttpRequest) -> str:
    """The address of DICOMweb here, as this client reaches it."""
    return request.build_absolute_uri(reverse("dicomweb:studies")).removesuffix("/studies")


def accepted(request: HttpRequest) -> list[Accepted]:
    """The forms that the client accepts; a parameter may say it for programs that cannot set headers."""
    return accepted_of(request.GET.get("accept", "") or request.headers.get("accept", ""))


def search_of(asked: QueryDict, level: Level, study_uid: str = "", series_uid: str = "") -> Search:
    """The question of a QIDO-RS call; raises `BadQuestion` for what cannot be searched for."""
    matches: list[Match] = []
    include = set(_included(asked, level))
    for name, text in asked.items():
        if name in _RESERVED:
            continue
        attribute = attribute_of(name)
        if attribute is None or attribute.level > level:
            if str(text).strip("* "):
                raise BadQuestion(name=name[:40])
            continue
        include.add(attribute.tag)
        if "\0" in str(text):
            raise BadQuestion(name=name)
        try:
            match = match_of(attribute, str(text))
        except BadMatch as error:
            raise BadQuestion(name=name) from error
        matches += [match] if match else []
    return Search(
        level, tuple(matches), study_uid, series_uid, frozenset(include),
        limit=min(_whole(asked, "limit", MOST[level]), MOST[level]), offset=_whole(asked, "offset", 0),
    )  # fmt: skip


def _included(asked: QueryDict, level: Level) -> list[str]:
    """Tags of `includefield`; what is not kept in columns is left out of answers, as the standard allows."""
    names = [name for text in asked.getlist("includefield") for name in text.split(",")]
    if "all" in names:
        return [one.tag for each in Level if each <= level for one in of_level(each)]
    found = (attribute_of(name) for name in names)
    return [one.tag for one in found if one and one.level <= level]


def _whole(asked: QueryDict, name: str, default: int) -> int:
    text = asked.get(name, "")
    if not text:
        return default
    if not re.fullmatch(r"\d{1,9}", text):
        raise BadQuestion(name=name)
    return int(text)


def numbers_of(text: str) -> list[int]:
    """A list of frames as an address gives it: `1,5,2`."""
    if not re.fullmatch(r"\d{1,7}(,\d{1,7}){0,9999}", text):
        raise BadQuestion(name="frames")
    numbers = [int(one) for one in text.split(",")]
    if 0 in numbers:
        raise BadQuestion(name="frames")
    return numbers
