"""Pages of billing: billed steps and their states, tariffs, table for the accountant."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epione.billing import queries
from epione.billing.domain.steps import ALLOWED, State
from epione.billing.public import BillView, Tariff, export_bills, move_bill, set_tariff
from epione.billing.words import CYCLES, LEVELS, MOVES, PROGRAMMES, STATES, STEPS
from epione.identity.public import allowed, signed_in
from epione.kernel.actor import Actor
from epione.kernel.clock import today
from epione.kernel.errors import Invalid, NotFound
from epione.patients.public import cards

from .forms import PeriodForm, TariffForm

SIZE = 40
PROGRAMME = "bpm"


@dataclass(frozen=True, slots=True)
class Line:
    """A billed step of the list: words for its codes, and the states that it may take."""

    bill: BillView
    patient: str
    step: str
    state: str
    level: str
    moves: Sequence[tuple[str, str]]


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in actor of a page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@signed_in("billing:read")
def listing(request: HttpRequest) -> HttpResponseBase:
    """The billed steps that fit, with their sums by state."""
    by = actor_of(request)
    form = PeriodForm(request.GET)
    choice = form.choice()
    sums = queries.sums(by.practice_id, choice)
    total = sum(count for count, _cents in sums.values())
    asked = request.GET.get("page", "1")
    page = Paginator(range(total), SIZE).get_page(asked)
    found = queries.listed(by.practice_id, choice, begin=(page.number - 1) * SIZE, size=SIZE)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "lines": _lines(found, by),
        "sums": [(STATES[state], *sums.get(state, (0, 0))) for state in State],
        "total": total,
        "page": page,
        "query": query.urlencode(),
        "filtered": any(request.GET.get(name) for name in form.fields),
        "may_write": allowed(by, "billing:write"),
        "unverified": any(not one.verified and one.holds(today()) for one in _tariffs(by)),
    }
    return render(request, "billing/list.html", context)


def _lines(bills: Sequence[BillView], by: Actor) -> list[Line]:
    known = cards(by.practice_id, {bill.patient_id for bill in bills})
    return [
        Line(
            bill,
            known[bill.patient_id].identity.display if bill.patient_id in known else "",
            str(STEPS.get(bill.step, bill.step)),
            str(STATES[bill.state]),
            LEVELS[bill.state],
            [(to.value, str(MOVES[to])) for to in State if to in ALLOWED[bill.state]],
        )
        for bill in bills
    ]


@require_POST
@signed_in("billing:write")
def move(request: HttpRequest, bill_id: UUID) -> HttpResponseBase:
    """Give a billed step another state."""
    wanted = request.POST.get("to", "")
    if wanted not in set(State):
        raise NotFound
    bill = move_bill(bill_id=bill_id, to=State(wanted), by=actor_of(request), note=request.POST.get("note", "")[:300])
    messages.success(
        request, _("Step %(number)s: %(state)s.") % {"number": bill.number, "state": str(STATES[bill.state]).lower()}
    )
    return redirect("billing:list")


@signed_in("billing:read")
def export(request: HttpRequest) -> HttpResponse:
    """The billed steps of a period, for the accountant."""
    content = export_bills(choice=PeriodForm(request.GET).choice(), by=actor_of(request))
    headers = {
        "Content-Disposition": f'attachment; filename="facturation-{today().isoformat()}.csv"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@signed_in("billing:read")
def tariffs(request: HttpRequest) -> HttpResponseBase:
    """The dated tariffs, those that nobody checked yet, and the form to enter one that was."""
    by = actor_of(request)
    form = TariffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            set_tariff(tariff=form.tariff(PROGRAMME), by=by)
        except Invalid as refused:
            for name, sentences in refused.fields.items():
                form.add_error("amount" if name == "cents" else name, sentences)
        else:
            messages.success(request, _("The tariff is entered. Steps already billed keep theirs."))
            return redirect("billing:tariffs")
    known = _tariffs(by)
    context = {
        "form": form,
        "rows": [(one, STEPS.get(one.step, one.step), CYCLES[one.cycle], one.holds(today())) for one in known],
        "programme": PROGRAMMES[PROGRAMME],
        "unverified": sum(not one.verified for one in known),
        "may_write": allowed(by, "billing:write"),
    }
    return render(request, "billing/tariffs.html", context, status=422 if request.method == "POST" else 200)


def _tariffs(by: Actor) -> list[Tariff]:
    """The practice's own tariffs and the shipped ones, the newest first."""
    known = [*queries.own(by.practice_id, PROGRAMME), *queries.shipped(PROGRAMME)]
    return sorted(known, key=lambda one: one.valid_from, reverse=True)
