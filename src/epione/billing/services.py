"""Billing a step, moving it through its states, editing tariffs."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from epione.identity.public import require
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.errors import Invalid
from epione.ledger.public import record

from . import queries
from .domain.steps import ALLOWED, Done, State, obstacles
from .domain.tariffs import Tariff
from .errors import REASONS, BillNotFound, NotAllowed, NotBillable
from .models import Bill, TariffRow
from .table import table_of
from .words import STATES

WRITE = "billing:write"


@dataclass(frozen=True, slots=True)
class Programme:
    """What a workspace bills for: the patient, the subject (one year of a review) and what was done and proven."""

    name: str
    patient_id: UUID
    subject_id: UUID
    year: int
    done: Sequence[Done]


def reasons_against(*, programme: Programme, step: str, practice_id: UUID) -> list[str]:
    """Sentences that say why a step may not be billed; empty when it may."""
    billed = [bill.step for bill in queries.bills(practice_id, subject_id=programme.subject_id)]
    codes = obstacles(step, programme.year, programme.done, billed, clock.today())
    act = next((one for one in programme.done if one.step == step), None)
    if act and queries.tariff(practice_id, programme.name, step, programme.year, act.on) is None:
        codes.append("no-tariff")
    return [str(REASONS[code]) for code in codes]


@transaction.atomic
def bill_step(*, programme: Programme, step: str, by: Actor, remote: bool = False) -> queries.BillView:
    """Prepare the invoice of one step, alone, at the tariff of its day. Nothing is transmitted to anybody."""
    require(by, WRITE)
    if reasons := reasons_against(programme=programme, step=step, practice_id=by.practice_id):
        raise NotBillable(reasons="; ".join(reasons))
    act = next(one for one in programme.done if one.step == step)
    price = queries.tariff(by.practice_id, programme.name, step, programme.year, act.on)
    if price is None:
        raise NotBillable(reasons=REASONS["no-tariff"])
    last = Bill.objects.of_practice(by.practice_id).aggregate(last=Max("number"))["last"] or 0
    row = Bill.objects.create(
        practice_id=by.practice_id,
        patient_id=programme.patient_id,
        programme=programme.name,
        subject_id=programme.subject_id,
        step=step,
        year=programme.year,
        done_on=act.on,
        code=price.code,
        cents=price.cents,
        remote=remote,
        proof=act.proof,
        state=State.READY,
        number=last + 1,
        author_id=by.id,
    )
    record(
        action="billing.bill_step",
        by=by,
        entity=("bill", str(row.id)),
        patient_id=row.patient_id,
        after={"step": step, "cents": row.cents, "code": row.code, "done_on": act.on.isoformat(), "number": row.number},
    )
    return queries.view_of(row)


@transaction.atomic
def move_bill(*, bill_id: UUID, to: State, by: Actor, note: str = "") -> queries.BillView:
    """Move a billed step to another state (invoiced, paid, rejected...)."""
    require(by, WRITE)
    row = Bill.objects.of_practice(by.practice_id).select_for_update().filter(id=bill_id).first()
    if row is None:
        raise BillNotFound
    before = State(row.state)
    if to not in ALLOWED[before]:
        raise NotAllowed(state=STATES[before], wanted=STATES[to])
    row.state, row.version = to.value, row.version + 1
    row.save()
    record(
        action="billing.move",
        by=by,
        entity=("bill", str(row.id)),
        patient_id=row.patient_id,
        before={"state": before.value},
        after={"state": to.value, "note": note},
    )
    return queries.view_of(row)


@transaction.atomic
def set_tariff(*, tariff: Tariff, by: Actor) -> None:
    """Enter a tariff checked with the insurer; bills already made keep theirs."""
    require(by, WRITE)
    faults: dict[str, list[str]] = {}
    if tariff.cents < 0:
        faults["cents"] = [_("The amount cannot be negative.")]
    if tariff.valid_to and tariff.valid_to < tariff.valid_from:
        faults["valid_to"] = [_("The end is before the beginning.")]
    if faults:
        raise Invalid(faults)
    row = TariffRow.objects.create(
        practice_id=by.practice_id,
        programme=tariff.programme,
        step=tariff.step,
        cycle=tariff.cycle,
        code=tariff.code,
        cents=tariff.cents,
        valid_from=tariff.valid_from,
        valid_to=tariff.valid_to,
        source=tariff.source,
        author_id=by.id,
    )
    after = {"step": row.step, "cycle": row.cycle, "cents": row.cents, "code": row.code, "source": row.source}
    record(action="billing.set_tariff", by=by, entity=("tariff", str(row.id)), after=after)


@transaction.atomic
def export_bills(*, choice: queries.Choice, by: Actor) -> bytes:
    """The billed steps of a period as a table for the accountant; the export is recorded with its hash."""
    require(by, "billing:read")
    found = queries.listed(by.practice_id, choice)[::-1]
    content = table_of(found)
    period = {"since": choice.since, "until": choice.until, "state": choice.state}
    after = {"bills": len(found), "cents": sum(bill.cents for bill in found), **period}
    record(action="billing.export", by=by, entity=("practice", by.practice_id), after=after, content=content)
    return content
