"""The page “Pricing”: search an act, add acts, choose modifiers, see the price and everything that explains it."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from epione.billing.public import PriceRefused, edition_facts, price_acts, price_facts, search_acts
from epione.identity.public import signed_in
from epione.kernel.clock import today

from .basket import chosen, read_basket, written
from .forms import SettingForm

FOUND = 12


@signed_in("billing:read")
def pricing(request: HttpRequest) -> HttpResponseBase:
    """The price of the acts in the address; nothing is kept, and no patient is named here."""
    form = SettingForm(SettingForm.defaults(today()) | request.GET.dict())
    valid = form.is_valid()
    basket = read_basket(request.GET)
    on = form.cleaned_data.get("day") or today()
    # Once an act is added, the list it came from has done its service.
    typed = "" if "add" in request.GET else request.GET.get("words", "").strip()[:200]
    context: dict[str, Any] = {"form": form, "typed": typed, "chosen": chosen(basket, on)}
    try:
        found, edition = search_acts(typed, on, FOUND)
        context |= {"found": found, "edition": edition_facts(edition)}
        if basket and valid:
            priced = price_acts(asked=basket, setting=form.setting(), fee=form.fee())
            context["price"] = price_facts(priced)
    except PriceRefused as refused:
        context["refused"] = str(refused)
    context["acts"] = [(one, written(one)) for one in basket]
    refusal = "refused" in context or not valid
    return render(request, "billing/pricing.html", context, status=422 if refusal else 200)
