"""Pages of the ledger: its state, its entries, the proof of one, verification, retention."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from epione.kernel.actor import Actor
from epione.kernel.jobs import enqueue
from epione.kernel.kit.formats import number
from epione.kernel.kit.parts import Tab
from epione.kernel.kit.shell import guarded
from epione.ledger.directory import directory
from epione.ledger.public import (
    AuditEntry,
    LedgerState,
    anchors_of,
    apply_retention,
    entries,
    make_checkpoint,
    open_entry,
    spool_state,
    state,
    verify,
)
from epione.ledger.words import CLASSES, FAULTS

from .filters import FilterForm, query_of
from .rows import changes_of, lines_of, missing_words, proof_of

SIZE = 40
AT_ONCE = 20_000
"""Entries that are verified while the person waits (a few seconds); a longer ledger is verified by a job."""


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in actor of a page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@guarded("audit:read")
def listing(request: HttpRequest) -> HttpResponseBase:
    """The state of the ledger, the filter, and the entries of the practice that fit."""
    if request.method == "POST":
        return _chosen(request)
    return _page(request, {})


@guarded("audit:read")
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponseBase:
    """The proof of one entry: a fragment for the drawer, or the whole page with the drawer open."""
    by = actor_of(request)
    opened = open_entry(entry_id=entry_id, by=by)
    context = _opened(opened, by, state())
    if request.headers.get("HX-Request"):
        return render(request, "ledger/entry.html", context)
    return _page(request, context)


def _chosen(request: HttpRequest) -> HttpResponseBase:
    """The address of what the form asks: a record number becomes the id of the record."""
    form = FilterForm(request.POST, by=actor_of(request))
    if not form.is_valid():
        return _page(request, {"form": form}, status=422)
    patient = form.cleaned_data["patient"]
    return redirect(f"{request.path}?{query_of(request.POST, patient=str(patient) if patient else '')}")


def _page(request: HttpRequest, more: dict[str, Any], status: int = 200) -> HttpResponseBase:
    by = actor_of(request)
    form = FilterForm(request.GET, by=by)
    valid = form.is_valid()
    asked = request.GET.get("page", "1")
    wanted = int(asked) if asked.isdigit() and len(asked) < 7 else 1
    found = entries(by=by, filters=form.filters() if valid else None, page=max(wanted, 1), size=SIZE)
    now = state()
    context = {
        "form": form,
        "state": now,
        "spool": spool_state(),
        "anchors": anchors_of(now.checkpoint_size) if now.checkpoint_size else [],
        "faults": _faults(now),
        "lines": lines_of(found.items, by),
        "page": Paginator(range(found.total), SIZE).get_page(wanted),
        "kinds": _kinds(request),
        "query": query_of(request.GET),
        "filtered": bool(query_of(request.GET)),
    }
    return render(request, "ledger/list.html", context | more, status=status)


def _kinds(request: HttpRequest) -> list[Tab]:
    current = request.GET.get("kind", "")
    words = {"": _("All"), "reads": _("Reads"), "changes": _("Changes")}
    return [Tab(text, f"?{query_of(request.GET, kind=kind)}", current == kind) for kind, text in words.items()]


def _faults(now: LedgerState) -> list[dict[str, Any]]:
    """What the last verification found, in words, the first broken entry first."""
    return [{**fault, "words": FAULTS.get(fault["kind"], fault["kind"])} for fault in now.faults]


def _opened(opened: AuditEntry, by: Actor, now: LedgerState) -> dict[str, Any]:
    shown = opened.patient_id is None or directory.opens(by, opened.patient_id)
    return {
        "line": lines_of([opened], by)[0],
        "entry": opened,
        "shown": proof_of(opened, now),
        "missing": missing_words(opened),
        "changes": changes_of(opened) if shown else (),
        "withheld": not shown and bool(opened.before or opened.after),
    }


@require_POST
@guarded("audit:read")
def verification(request: HttpRequest) -> HttpResponseBase:
    """Verify the whole ledger now, or have it verified when it is long."""
    by = actor_of(request)
    if state().size > AT_ONCE:
        enqueue("ledger.verify", practice_id=by.practice_id, by=by, payload={"full": True})
        messages.info(request, _("The verification has started: its result will stand at the head of this page."))
        return redirect("ledger:list")
    report = verify()
    if report.sound:
        said = ngettext("%(n)s entry verified: sound.", "%(n)s entries verified: sound.", report.size)
        messages.success(request, said % {"n": number(report.size)})
    if report.away:
        messages.warning(
            request, _("These anchors could not be reached: %(names)s.") % {"names": ", ".join(report.away)}
        )
    return redirect("ledger:list")


@require_POST
@guarded("audit:read")
def checkpoint(request: HttpRequest) -> HttpResponseBase:
    """Sign the head of the log now, so that the newest entries can be proved."""
    made = make_checkpoint()
    if made.failed:
        messages.warning(
            request, _("These anchors could not be reached: %(names)s.") % {"names": ", ".join(made.failed)}
        )
    back = request.POST.get("next", "")
    known = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back) if known else redirect("ledger:list")


@guarded("audit:read")
def retention(request: HttpRequest) -> HttpResponseBase:
    """What a run of the retention would destroy today; nothing is destroyed here."""
    report = apply_retention(by=actor_of(request), apply=False)
    rows = [(CLASSES[name], days, report.due.get(name, 0)) for name, days in report.days.items()]
    return render(request, "ledger/retention.html", {"rows": rows, "total": sum(report.due.values())})
