"""Billed steps as a table for the accountant: French CSV, amounts in euros."""

import csv
import io
from collections.abc import Sequence

from django.utils.translation import gettext as _

from .queries import BillView
from .words import STATES, STEPS


def table_of(bills: Sequence[BillView]) -> bytes:
    """One line per billed step, in the order given: semicolons, decimal commas, day/month/year, UTF-8 with its mark.

    It names no patient: the invoice's number is what ties a line to a record.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        (_("Number"), _("Date of the act"), _("Programme"), _("Year"), _("Step"), _("Code"), _("Amount (€)"),
         _("Remote"), _("State"), _("Proof"))
    )  # fmt: skip
    steps = {name: str(words) for name, words in STEPS.items()}
    states = {name: str(words) for name, words in STATES.items()}
    remote = {True: _("yes"), False: _("no")}
    for bill in bills:
        writer.writerow(
            (bill.number, f"{bill.done_on:%d/%m/%Y}", bill.programme, bill.year, steps.get(bill.step, bill.step),
             bill.code, euros(bill.cents), remote[bill.remote], states[bill.state], bill.proof)
        )  # fmt: skip
    return out.getvalue().encode("utf-8-sig")


def euros(cents: int) -> str:
    """15,00."""
    return f"{cents // 100},{cents % 100:02d}"
