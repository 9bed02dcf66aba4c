"""Corrections of ATC codes by a pharmacist, over the codes of the catalogue, with their history."""

import csv
import io

from django.db import transaction

from epione.identity.public import require
from epione.kernel.actor import Actor
from epione.kernel.clock import now
from epione.ledger.public import record
from epione.medications import queries
from epione.medications.domain import compiled
from epione.medications.errors import UnknownAtc, UnknownSpeciality
from epione.medications.models import AtcCorrection
from epione.medications.providers import memory, pack


def correct_atc(*, cis: str, atc: str, reason: str, by: Actor) -> None:
    """Give a speciality the code that a pharmacist validated (an empty code: none is right)."""
    # Whoever may sign a medication review may say which class a medicine belongs to.
    require(by, "medication_reviews:write")
    drug = memory.load_catalogue().by_cis(cis)
    if drug is None:
        raise UnknownSpeciality(cis=cis)
    if atc and atc not in {row["code"] for row in pack.read_rows("atc")}:
        raise UnknownAtc(atc=atc)
    with transaction.atomic():
        AtcCorrection.objects.create(cis=cis, atc=atc, reason=reason, corrected_by=by.id, corrected_by_name=by.name)
        record(
            action="medications.correct_atc",
            by=by,
            entity=("speciality", cis),
            before={"atc": list(drug.atc), "atc_source": drug.atc_source},
            after={"atc": atc, "reason": reason},
        )
        transaction.on_commit(publish_corrections)


def publish_corrections() -> None:
    """Write the corrections in force over the pack: the catalogue in memory follows, in every process."""
    latest = {change.cis: change for change in queries.corrections()}
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("cis", "atc", "reason", "validated_by", "validated_at"))
    for change in latest.values():
        writer.writerow((change.cis, change.atc, change.reason, change.by, change.at.isoformat()))
    source, licence = pack.TABLES["validated"][2:]
    edition = compiled.Edition("validated", now().isoformat(), source, licence, "", len(latest))
    pack.put_overlay({"validated": (edition, text.getvalue().encode())})
