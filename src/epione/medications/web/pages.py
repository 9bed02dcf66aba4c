"""Pages of the catalogue: search, sheet of a medicine, its interactions, check of several medicines."""

from collections.abc import Iterable
from itertools import combinations, groupby
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from epione.identity.public import signed_in
from epione.kernel.kit.parts import Tab
from epione.medications.domain.drug_interactions import listed_for
from epione.medications.domain.interactions_description import UnreadableFactError, read_fact
from epione.medications.domain.levels import Level
from epione.medications.errors import UnknownSpeciality
from epione.medications.public import (
    Drug,
    Match,
    atc_path,
    catalogue_ages,
    corrections,
    history_of,
    load_catalogue,
    load_thesaurus,
    resolve_medication,
    search_medications,
    speciality_sheet,
)

from .shown import entity_name, interaction_of, pair_of
from .words import ATC_SOURCES, KINDS, STATUSES

FOUND = 30
MOST_FOUND = 300
MOST = 20
"""Medicines that one check takes: 190 pairs."""


@signed_in("medications:read")
def search(request: HttpRequest) -> HttpResponseBase:
    """Search as a pharmacist types; the results alone while typing."""
    typed = request.GET.get("q", "").strip()[:200]
    asked = request.GET.get("shown", "")
    shown = min(int(asked), MOST_FOUND) if asked.isdigit() and len(asked) < 5 else FOUND
    hits = search_medications(typed, shown) if typed else ()
    context = {
        "typed": typed,
        "hits": [(hit, STATUSES[hit.drug.status]) for hit in hits],
        "total": len(load_catalogue()),
        "more": shown + FOUND if len(hits) == shown < MOST_FOUND else None,
    }
    template = "medications/results.html" if request.headers.get("HX-Request") else "medications/search.html"
    return render(request, template, context)


def _frame(cis: str, current: str) -> dict[str, Any]:
    drug = load_catalogue().by_cis(cis)
    if drug is None:
        raise UnknownSpeciality(cis=cis)
    count = len(listed_for(drug, load_thesaurus()))
    tabs = [
        Tab(_("Sheet"), reverse("medications:sheet", args=[cis]), current == "sheet"),
        Tab(_("Interactions"), reverse("medications:interactions", args=[cis]), current == "interactions", count),
    ]
    return {"drug": drug, "tabs": tabs, "status": STATUSES[drug.status], "holder": load_catalogue().holder(cis)}


@signed_in("medications:read")
def sheet(request: HttpRequest, cis: str) -> HttpResponseBase:
    """Everything that the tables say of one medicine, each part with its edition."""
    context = _frame(cis, "sheet")
    drug: Drug = context["drug"]
    facts = speciality_sheet(cis)
    catalogue = load_catalogue()
    same = [found for code in facts.same_group[:40] if (found := catalogue.by_cis(code))]
    context |= {
        "sheet": facts,
        "kind": KINDS.get(facts.generic_kind, ""),
        "same": sorted(same, key=lambda one: one.name),
        "atc": [atc_path(code) for code in drug.atc],
        "atc_source": ATC_SOURCES.get(drug.atc_source, drug.atc_source),
        "atc_sure": drug.atc_source != "who_name_ambiguous",
        "thesaurus": _entities(drug),
        "ages": {age.edition.table: age for age in catalogue_ages()},
        "history": history_of(cis),
        "corrections": [one for one in corrections() if one.cis == cis],
    }
    return render(request, "medications/sheet.html", context)


def _entities(drug: Drug) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """For each ingredient, its entities of the thesaurus and their classes."""
    thesaurus = load_thesaurus()
    return [
        (
            part.name,
            [
                (entity_name(entity), sorted(entity_name(one) for one in thesaurus.classes_of(entity) if one != entity))
                for entity in sorted(part.entities)
            ],
        )
        for part in drug.ingredients
    ]


@signed_in("medications:read")
def interactions(request: HttpRequest, cis: str) -> HttpResponseBase:
    """What the thesaurus lists for one medicine, by level: why and what to do."""
    context = _frame(cis, "interactions")
    thesaurus = load_thesaurus()
    found = listed_for(context["drug"], thesaurus)
    context |= {
        "groups": [
            (level.value.lower(), [interaction_of(one, thesaurus.edition) for one in rows])
            for level, rows in _by_level(found)
        ],
        "edition": thesaurus.edition,
    }
    return render(request, "medications/interactions.html", context)


def _by_level(found: Iterable[Any]) -> list[tuple[Level, list[Any]]]:
    return [(level, list(rows)) for level, rows in groupby(found, key=lambda one: one.level)]


@signed_in("medications:read")
def check(request: HttpRequest) -> HttpResponseBase:
    """The pairs of the medicines typed, one per line; what is not understood is asked, never guessed."""
    typed = [line.strip()[:200] for line in request.GET.get("drugs", "").splitlines() if line.strip()]
    kept = list(dict.fromkeys(typed))[:MOST]
    matches = [resolve_medication(text) for text in kept]
    known, unreadable = _known(request)
    sure = [match for match in matches if match.drug]
    pairs = [pair_of(one, other, known) for one, other in combinations(sure, 2)]
    order = [level.value.lower() for level in Level]
    pairs.sort(key=lambda pair: order.index(pair.level) if pair.level else len(order))
    context = {
        "typed": "\n".join(kept),
        "pairs": pairs,
        "unclear": [(match, _choices(match, kept)) for match in matches if not match.drug],
        "read": [(match, match.quality.value == "fuzzy") for match in sure],
        "asked": sorted({name for pair in pairs for name in pair.missing}),
        "known": known,
        "unreadable": unreadable,
        "too_many": len(typed) > MOST,
        "most": MOST,
        "edition": load_thesaurus().edition,
        "thesaurus_old": any(age.old for age in catalogue_ages() if age.edition.table == "interactions"),
    }
    return render(request, "medications/check.html", context)


def _choices(match: Match, kept: list[str]) -> list[tuple[str, str]]:
    """Names among which to choose, with the whole list rewritten for each."""
    names = list(dict.fromkeys(drug.name for drug in match.candidates))[:6]
    return [(name, "\n".join(name if one == match.text else one for one in kept)) for name in names]


def _known(request: HttpRequest) -> tuple[dict[str, object], list[str]]:
    """Answers to the questions of conditional rules (`fact_<name>=value`), and the names of those that say nothing."""
    known, unreadable = {}, []
    for name in request.GET:
        value = request.GET.get(name, "")
        if name.startswith("fact_") and value.strip():
            try:
                key, read = read_fact(f"{name.removeprefix('fact_')}={value}")
            except UnreadableFactError:
                unreadable.append(name.removeprefix("fact_"))
            else:
                known[key] = read
    return known, unreadable
