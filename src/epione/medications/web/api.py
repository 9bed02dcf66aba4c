"""`/api/v1/medications`: search, resolution, and what the catalogue says of a speciality."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from epione.identity.public import api_auth
from epione.kernel.actor import Actor
from epione.medications.domain.description import drug_facts, match_facts, search_facts
from epione.medications.domain.interactions_description import (
    UnreadableFactError,
    UnresolvedNameError,
    pairs_facts,
    read_fact,
)
from epione.medications.domain.sheet import sheet_facts
from epione.medications.errors import UnknownSpeciality, UnreadableFact, UnresolvedMedicine
from epione.medications.public import (
    catalogue_ages,
    correct_atc,
    history_of,
    load_catalogue,
    load_thesaurus,
    resolve_medication,
    search_medications,
    speciality_sheet,
)

from .schemas import AtcIn, DrugOut, EditionOut, MatchOut, PairOut, SearchOut, SheetOut, VersionOut

router = Router(tags=["medications"], auth=api_auth)
SCOPE = {"x-scope": "medications:read"}


@router.get("/search", response=SearchOut, operation_id="medications_search", openapi_extra=SCOPE)
def search(
    request: HttpRequest,  # noqa: ARG001 -- the framework passes it
    q: Annotated[str, Field(max_length=200)],
    limit: Annotated[int, Field(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """Search as a pharmacist types: brand, substance, strength, form or code, with typing errors; best first."""
    return search_facts(q, search_medications(q, limit))


@router.get("/resolve", response=MatchOut, operation_id="medications_resolve", openapi_extra=SCOPE)
def resolve(
    request: HttpRequest,  # noqa: ARG001 -- the framework passes it
    text: Annotated[str, Field(max_length=300)],
) -> dict[str, Any]:
    """The medicine that a line of treatment names; never one of several substances picked in silence."""
    return match_facts(resolve_medication(text))


@router.get("/specialities/{cis}", response=DrugOut, operation_id="medications_read", openapi_extra=SCOPE)
def read(request: HttpRequest, cis: str) -> dict[str, Any]:  # noqa: ARG001 -- the framework passes it
    """One speciality by its CIS code, retired ones included."""
    drug = load_catalogue().by_cis(cis)
    if drug is None:
        raise UnknownSpeciality(cis=cis)
    return drug_facts(drug)


@router.get("/specialities/{cis}/sheet", response=SheetOut, operation_id="medications_sheet", openapi_extra=SCOPE)
def sheet(request: HttpRequest, cis: str) -> dict[str, Any]:  # noqa: ARG001 -- the framework passes it
    """Boxes and prices, generic group, conditions of prescription, shortages, opinions with their dates."""
    drug = load_catalogue().by_cis(cis)
    if drug is None:
        raise UnknownSpeciality(cis=cis)
    return {"drug": drug_facts(drug)} | sheet_facts(speciality_sheet(cis))


@router.get(
    "/specialities/{cis}/history", response=list[VersionOut], operation_id="medications_history", openapi_extra=SCOPE
)
def history(request: HttpRequest, cis: str) -> list[dict[str, Any]]:  # noqa: ARG001 -- the framework passes it
    """How each imported edition described a speciality, the oldest first; empty until an edition was imported."""
    return [{"facts": one.facts, "since": one.since, "until": one.until} for one in history_of(cis)]


@router.post(
    "/specialities/{cis}/atc",
    response=DrugOut,
    operation_id="medications_correct_atc",
    openapi_extra={"x-scope": "medication_reviews:write"},
)
def correct(request: HttpRequest, cis: str, body: AtcIn) -> dict[str, Any]:
    """Correct the ATC code of a speciality; the correction is recorded and wins over the catalogue's code."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    correct_atc(cis=cis, atc=body.atc, reason=body.reason, by=by)
    drug = load_catalogue().by_cis(cis)
    assert drug is not None
    return drug_facts(drug)


@router.get("/catalogue", response=list[EditionOut], operation_id="medications_catalogue", openapi_extra=SCOPE)
def editions(request: HttpRequest) -> list[dict[str, Any]]:  # noqa: ARG001 -- the framework passes it
    """The editions in use, their age in days, source and licence."""
    return [age.facts() for age in catalogue_ages()]


@router.get("/interactions", response=list[PairOut], operation_id="medications_interactions", openapi_extra=SCOPE)
def interactions(
    request: HttpRequest,  # noqa: ARG001 -- the framework passes it
    name: Annotated[list[str], Query(min_length=2, max_length=50)],
    known: Annotated[list[str], Query(max_length=50)] = [],  # noqa: B006 -- the framework copies it
) -> list[dict[str, Any]]:
    """Every pair of the medicines named (`name` repeated), most severe first.

    `known` (repeated, `mtx_mg_week=15`) gives what a conditional rule asks for. A null level is "not listed".
    """
    facts = dict(_fact(one) for one in known)
    try:
        return pairs_facts(load_thesaurus(), [resolve_medication(one) for one in name], facts)
    except UnresolvedNameError as error:
        raise UnresolvedMedicine(name=error.name, candidates=", ".join(error.candidates[:5]) or "—") from None


def _fact(text: str) -> tuple[str, object]:
    try:
        return read_fact(text)
    except UnreadableFactError:
        raise UnreadableFact(fact=text) from None
