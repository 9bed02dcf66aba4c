"""`python -m epione.billing.providers.compile_ccam FLAT.csv[.gz] OUT.tsv.gz`: the flat table in the form that ships.

The flat table has one row per code, activity and phase (columns: code, libelle, activite, phase, tarif_s1_optam,
tarif_hors_optam, remb_sous_conditions, accord_prealable, exo_tm, regroupement, chapitre, modificateurs,
gestes_complementaires). What ships has one line per code; amounts are cents.
"""

import csv
import gzip
import sys
from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path

Row = dict[str, str]


def compiled(rows: Iterable[Row]) -> list[str]:
    """One line per code, in the order of codes; of a part that stands twice the first row is kept."""
    ordered = sorted(rows, key=itemgetter("code"))
    return [_line(code, list(same)) for code, same in groupby(ordered, key=itemgetter("code"))]


def _line(code: str, rows: list[Row]) -> str:
    rows = sorted(rows, key=lambda row: (int(row["activite"]), int(row["phase"])))
    first = rows[0]
    gestures = sorted({gesture for row in rows for gesture in row["gestes_complementaires"].split()})
    modifiers = sorted({modifier for row in rows for modifier in row["modificateurs"].split()})
    parts = {(row["activite"], row["phase"]): _part(row) for row in reversed(rows)}
    label = " ".join(first["libelle"].split())
    lists = [" ".join(modifiers), " ".join(gestures), " ".join(reversed(parts.values()))]
    return "\t".join([code, label, first["chapitre"], *lists])


def _part(row: Row) -> str:
    flags = ("C" if row["remb_sous_conditions"] else "") + ("A" if row["accord_prealable"] else "")
    exemption = row["exo_tm"].replace(" ", "")
    amounts = [_cents(row["tarif_s1_optam"]), _cents(row["tarif_hors_optam"])]
    return ":".join([row["activite"], row["phase"], *amounts, flags, exemption, row["regroupement"]])


def _cents(euros: str) -> str:
    return str(int(Decimal(euros) * 100)) if euros else ""


def main(source: str, target: str) -> None:
    """Compile a file; the result does not depend on the clock."""
    content = Path(source).read_bytes()
    text = (gzip.decompress(content) if source.endswith(".gz") else content).decode("utf-8-sig")
    lines = compiled(csv.DictReader(text.splitlines()))
    Path(target).write_bytes(gzip.compress("\n".join(lines).encode(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
