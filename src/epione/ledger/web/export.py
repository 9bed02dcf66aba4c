"""Downloads of the ledger: the proof of one entry, and the entries of a filter with their proofs."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from epione.kernel.clock import PARIS, today
from epione.kernel.errors import Expected
from epione.kernel.kit.shell import guarded, may
from epione.ledger import queries
from epione.ledger.public import AuditEntry, entry_proof, export_with_proof
from epione.ledger.services.proofs import EXPORT_LIMIT

from .filters import FilterForm
from .pages import actor_of
from .rows import lines_of

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class UnknownFormat(Expected):
    """No such format of export."""

    status = 404
    code = "unknown-format"


@guarded("audit:read")
def proof(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """The proof of one entry, for the independent verifier."""
    made = entry_proof(entry_id, actor_of(request).practice_id)
    return _file(json.dumps(made.as_json()).encode(), "application/json", f"epione-{made.index}.proof.json")


@guarded("audit:read")
def download(request: HttpRequest) -> HttpResponse:
    """The entries of the filter with their proofs: one JSON document, or a ZIP of a table and of that document."""
    by = actor_of(request)
    form = FilterForm(request.GET, by=by)
    filters = form.filters() if form.is_valid() else queries.AuditFilter()
    # Whoever may not open the records gets the proofs without what the entries say of them.
    raw = export_with_proof(by=by, filters=filters, details=may(by, "patients:read"))
    name = f"epione-{today().isoformat()}"
    if request.GET.get("format") != "csv":
        return _file(raw, "application/json", f"{name}.proof.json")
    listed = queries.opened(list(queries.matching(by.practice_id, filters)[:EXPORT_LIMIT]))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.csv", "\ufeff" + _table(listed, by))
        archive.writestr(f"{name}.proof.json", raw)
    return _file(out.getvalue(), "application/zip", f"{name}.zip")


def _table(listed: Sequence[AuditEntry], by: Any) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    heads = (
        _("Number"), _("Time"), _("Person"), _("Roles"), _("Action"), _("Patient"), _("Object"), _("Address"),
        _("Program"), _("Purpose"), _("Emergency access"), _("Leaf (SHA-256)"),
    )  # fmt: skip
    writer.writerow(heads)
    for line in lines_of(listed, by):
        entry = line.entry
        cells = (
            "" if entry.leaf_index is None else entry.leaf_index, entry.at.astimezone(PARIS).isoformat(" ", "seconds"),
            line.person, ", ".join(entry.actor_roles), entry.action, line.patient,
            f"{entry.entity_kind} {entry.entity_id}".strip(), entry.address, entry.agent, entry.purpose,
            entry.break_glass or "", entry.digest,
        )  # fmt: skip
        writer.writerow([_cell(cell) for cell in cells])
    return out.getvalue()


def _cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _file(content: bytes, media: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=media, headers=headers)
