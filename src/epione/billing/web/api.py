"""`/api/v1/billing`: the CCAM, and the price of acts."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from epione.billing.public import (
    Asked,
    Fee,
    Setting,
    act_facts,
    edition_facts,
    price_acts,
    price_facts,
    read_act,
    search_acts,
)
from epione.identity.public import api_auth
from epione.kernel.clock import today

from .schemas import ActSheetOut, ActsOut, PriceIn, PriceOut

router = Router(tags=["billing"], auth=api_auth)
SCOPE = {"x-scope": "billing:read"}


@router.get("/ccam/search", response=ActsOut, operation_id="billing_ccam_search", openapi_extra=SCOPE)
def search(
    request: HttpRequest,  # noqa: ARG001 -- the framework passes it
    q: Annotated[str, Field(max_length=200)],
    on: date | None = None,
    limit: Annotated[int, Field(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """Search acts by code or by words, accents aside; best first."""
    found, edition = search_acts(q, on or today(), limit)
    return {"query": q, "edition": edition_facts(edition), "results": [act_facts(act) for act in found]}


@router.get("/ccam/{code}", response=ActSheetOut, operation_id="billing_ccam_read", openapi_extra=SCOPE)
def read(request: HttpRequest, code: str, on: date | None = None) -> dict[str, Any]:  # noqa: ARG001 -- as above
    """One act: tariffs by activity, phase and convention, modifiers, gestures, prior agreement."""
    act, edition = read_act(code, on or today())
    return {"edition": edition_facts(edition), "act": act_facts(act)}


@router.post("/price", response=PriceOut, operation_id="billing_price", openapi_extra=SCOPE)
def price(request: HttpRequest, body: PriceIn) -> dict[str, Any]:  # noqa: ARG001 -- the framework passes it
    """The price of acts on their day, every amount explained; nothing is kept, no patient is named."""
    return price_facts(price_acts(asked=asked_of(body), setting=setting_of(body), fee=fee_of(body)))


def asked_of(body: PriceIn) -> list[Asked]:
    """The acts of a request."""
    return [Asked(one.code, one.activity, one.phase, tuple(m.upper() for m in one.modifiers)) for one in body.acts]


def setting_of(body: PriceIn) -> Setting:
    """Who does the acts, when and for whom."""
    return Setting(
        on=body.date,
        grid=body.grid,
        specialty=body.specialty,
        anaesthetist_grid=body.anaesthetist_grid,
        association=body.association,
        c2s=body.c2s,
        emergency=body.emergency,
        age=body.age,
        prior_agreement=body.prior_agreement,
        anaesthetist_alone=body.anaesthetist_alone,
    )


def fee_of(body: PriceIn) -> Fee:
    """What the practitioner asks."""
    return Fee(body.fee_cents, body.planned)
