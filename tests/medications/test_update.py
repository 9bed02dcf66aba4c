"""Updating from the official source: all files or none; against a double of the site, never the site itself."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from epione.kernel.actor import Actor
from epione.medications.domain.tables import TABLES
from epione.medications.errors import ImportRefused, SourceUnreachable
from epione.medications.models import Edition
from epione.medications.providers import pack
from epione.medications.providers.official_site import ORDER
from epione.medications.public import update_catalogue

SPECIALITY = (
    "64755969\tKARDEGIC 75 mg\tpoudre\torale\tAutorisation active\tProcédure nationale\tCommercialisée"
    "\t25/06/1998\t\t\t SUBSTIPHARM\tNon"
)
FILES = {
    "specialities": SPECIALITY.encode("cp1252"),
    "presentations": b"64755969\t3356406\tb\tp\td\t01/01/2000\t3400933564063\toui\t65%\t1,00\t2,02\t1,02\t",
    "composition": b"64755969\tpoudre\t00005\tACIDE\t75 mg\tun sachet\tSA\t1",
    "generics": b"1\tGROUPE\t64755969\t0\t1",
    "conditions": b"64755969\tliste II",
    "availability": b"64755969\t\t1\tRupture de stock\t01/02/2026\t02/02/2026\t\thttps://example.org",
    "mitm": b"64755969\tB01AC06\tKARDEGIC\thttps://example.org",
    "smr": b"64755969\tCT-1\tInscription (CT)\t20200101\tImportant\ttexte",
    "asmr": b"64755969\tCT-1\tInscription (CT)\t20200101\tV\ttexte",
}  # fmt: skip


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EPIONE_HOME", str(tmp_path))
    monkeypatch.setattr(pack, "shipped_rows", lambda _table: iter(()))


def site(files: dict[str, bytes]) -> httpx.Client:
    by_name = {TABLES[table].official.name: content for table, content in files.items()}

    def answer(request: httpx.Request) -> httpx.Response:
        content = by_name.get(request.url.path.rsplit("/", 1)[1])
        return httpx.Response(404) if content is None else httpx.Response(200, content=content)

    return httpx.Client(transport=httpx.MockTransport(answer))


@pytest.mark.django_db(transaction=True)
def test_every_official_file_is_imported(actor: Callable[..., Actor]) -> None:
    reports = update_catalogue(by=actor("admin"), client=site(FILES))
    assert [report.file for report in reports] == [TABLES[table].official.name for table in ORDER]
    assert {row["cis"]: (row["atc"], row["atc_source"]) for row in pack.read_rows("specialities")} == {
        "64755969": ("B01AC06", "mitm")
    }
    assert next(pack.read_rows("presentations"))["prix_ttc"] == "2.02"


@pytest.mark.django_db
def test_one_missing_file_changes_nothing(actor: Callable[..., Actor]) -> None:
    files = {table: content for table, content in FILES.items() if table != "asmr"}
    with pytest.raises(SourceUnreachable) as refused:
        update_catalogue(by=actor("admin"), client=site(files))
    assert "CIS_HAS_ASMR_bdpm.txt" in str(refused.value)
    assert not Edition.objects.exists()


@pytest.mark.django_db
def test_one_bad_file_changes_nothing(actor: Callable[..., Actor]) -> None:
    with pytest.raises(ImportRefused):
        update_catalogue(by=actor("admin"), client=site(FILES | {"asmr": b"64755969\tCT-1"}))
    assert not Edition.objects.exists()
