"""Importing tables: checked, counted, all or nothing, with history."""

import gzip
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from epione.kernel.actor import Actor
from epione.kernel.errors import Forbidden
from epione.medications import queries
from epione.medications.domain.drug import DrugStatus
from epione.medications.errors import ImportRefused, UnknownAtc, UnknownSpeciality, UnknownTable
from epione.medications.models import Edition, Speciality
from epione.medications.providers import pack
from epione.medications.public import correct_atc, history_of, import_table, load_catalogue, rebuild_catalogue

HEADER = "cis\tcondition"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Path:
    """Imports write under `EPIONE_HOME/catalogue`: each test has its own, with a pack of three specialities."""
    monkeypatch.setenv("EPIONE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack of a few specialities as baseline, so that a test takes milliseconds."""
    shipped = pack.shipped_rows

    def few(table: str) -> Iterator[dict[str, str]]:
        rows = shipped(table)
        return (row for row in rows if row.get("cis", "64755969") in {"64755969", "67346461", "60002283"})

    monkeypatch.setattr(pack, "shipped_rows", few)


@pytest.fixture
def admin(actor: Callable[..., Actor]) -> Actor:
    return actor("admin")


def official(*rows: tuple[str, ...], encoding: str = "cp1252", end: str = "\r\n") -> bytes:
    return end.join("\t".join(row) for row in rows).encode(encoding) + end.encode()


def speciality(cis: str, name: str, marketed: str = "Commercialisée") -> tuple[str, ...]:
    return (
        cis, name, "comprimé", "orale", "Autorisation active", "Procédure nationale", marketed, "28/10/2010", "", "",
        " LABORATOIRE", "Non",
    )  # fmt: skip


FILE = official(
    speciality("64755969", "KARDEGIC 75 mg, poudre pour solution buvable en sachet-dose"),
    speciality("60002283", "ANASTROZOLE ACCORD 1 mg, comprimé pelliculé"),
    speciality("61111111", "NOUVEAUTÉ 5 mg, comprimé"),
)


@pytest.mark.django_db(transaction=True)
def test_an_official_file_replaces_the_edition_and_keeps_what_left(small: None, admin: Actor) -> None:
    report = import_table(kind="specialities", content=FILE, file_name="CIS_bdpm.txt", by=admin, edition="2026-11-01")
    assert (report.rows, report.added, report.changed, report.ended) == (3, 1, 2, 1)
    catalogue = load_catalogue()
    new, kardegic, gone = (catalogue.by_cis(cis) for cis in ("61111111", "64755969", "67346461"))
    assert new is not None
    assert (new.name, new.status) == ("NOUVEAUTÉ 5 mg, comprimé", DrugStatus.WITHOUT_COMPOSITION)
    assert kardegic is not None
    assert (kardegic.atc, kardegic.atc_source) == (("B01AC06",), "mitm")
    assert gone is not None
    assert (gone.status, gone.ingredients[0].name) == (DrugStatus.RETIRED, "METFORMINE")
    assert {one.table: one.edition for one in catalogue.editions}["specialities"] == "2026-11-01"


@pytest.mark.django_db(transaction=True)
def test_a_restored_database_gives_back_its_tables(small: None, admin: Actor, home: Path) -> None:
    import_table(kind="specialities", content=FILE, file_name="CIS_bdpm.txt", by=admin, edition="2026-11-01")
    correct_atc(cis="61111111", atc="B01AC06", reason="essai", by=replace(admin, roles=frozenset({"pharmacist"})))
    shutil.rmtree(home / "catalogue")
    assert load_catalogue().by_cis("61111111") is None
    assert rebuild_catalogue(by=admin) == ("specialities", "validated")
    drug = load_catalogue().by_cis("61111111")
    assert drug is not None
    assert drug.atc_source == "validated"


@pytest.mark.django_db(transaction=True)
def test_the_history_of_a_speciality_stays_readable(small: None, admin: Actor) -> None:
    import_table(kind="specialities", content=FILE, file_name="CIS_bdpm.txt", by=admin, edition="2026-11-01")
    versions = history_of("67346461")
    assert [(v.facts["denomination"], v.since, v.until) for v in versions] == [
        ("METFORMINE BIOGARAN 1000 mg, comprimé pelliculé", "2026-07-24", "2026-11-01")
    ]


@pytest.mark.django_db(transaction=True)
def test_the_same_file_twice_changes_nothing(small: None, admin: Actor) -> None:
    first = import_table(kind="specialities", content=FILE, file_name="CIS_bdpm.txt", by=admin)
    rows = Speciality.objects.count()
    second = import_table(kind="specialities", content=FILE, file_name="CIS_bdpm.txt", by=admin)
    assert (first.unchanged, second.unchanged) == (False, True)
    assert Speciality.objects.count() == rows


@pytest.mark.django_db(transaction=True)
def test_official_codes_replace_inferred_ones(small: None, admin: Actor) -> None:
    mitm = official(("60002283", "L02BG03", "ANASTROZOLE", "https://example.org"))
    import_table(kind="mitm", content=mitm, file_name="CIS_MITM.txt", by=admin)
    anastrozole = load_catalogue().by_cis("60002283")
    kardegic = load_catalogue().by_cis("64755969")
    assert anastrozole is not None
    assert (anastrozole.atc, anastrozole.atc_source) == (("L02BG03",), "mitm")
    assert kardegic is not None
    assert kardegic.atc_source == "manual"


@pytest.mark.django_db(transaction=True)
def test_the_pack_layout_is_read_too(small: None, admin: Actor) -> None:
    content = gzip.compress(f"{HEADER}\n64755969\tliste I\n60002283\tliste I\n".encode())
    report = import_table(kind="conditions", content=content, file_name="conditions.tsv.gz", by=admin)
    assert report.rows == 2
    assert {"cis": "64755969", "condition": "liste I"} in list(pack.read_rows("conditions"))


@pytest.mark.django_db
def test_empty_lines_and_trailing_tabs_are_counted(small: None, admin: Actor) -> None:
    content = b"64755969\tliste I\r\n\r\n60002283\tliste I\t\r\n\r\n\r\n60002283\tliste I\r\n"
    report = import_table(kind="conditions", content=content, file_name="CIS_CPD_bdpm.txt", by=admin)
    assert (report.rows, report.empty_lines, report.trailing_tabs, report.repeated) == (2, 3, 1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "content", "line", "problem"),
    [
        ("specialities", official(speciality("64755969", "É"), encoding="utf-8"), 1, "l’encodage"),
        ("presentations", official(("a",) * 2, ("é",) * 13, encoding="cp1252"), 2, "l’encodage"),
        ("conditions", b"64755969\tliste I\r\n64755969\r\n", 2, "colonnes"),
        ("conditions", b"64755969\tliste I\r\n6475596\tliste I\r\n", 2, "cis"),
        ("conditions", f"{HEADER}\n64755969\tRÃ©servé\n".encode(), 2, "altérées"),
        ("conditions", b"", 1, "aucune ligne"),
        ("conditions", b"\r\n\r\n", 1, "aucune ligne"),
        ("conditions", b"\x1f\x8bnot gzip", 1, "archive"),
        ("specialities", official(speciality("64755969", "A"), speciality("64755969", "B")), 2, "deux fois"),
    ],
)
def test_a_doubtful_file_is_refused_with_its_line(
    admin: Actor, kind: str, content: bytes, line: int, problem: str
) -> None:
    with pytest.raises(ImportRefused) as refused:
        import_table(kind=kind, content=content, file_name="fichier.txt", by=admin)
    assert (refused.value.facts["file"], refused.value.facts["line"]) == ("fichier.txt", line)
    assert problem in str(refused.value)
    assert not Edition.objects.exists()


@pytest.mark.django_db
def test_a_file_cut_in_half_is_refused(small: None, admin: Actor) -> None:
    content = official(speciality("64755969", "KARDEGIC"))
    with pytest.raises(ImportRefused):
        import_table(kind="specialities", content=content, file_name="CIS_bdpm.txt", by=admin)
    assert list(queries.rows_in_use("specialities")) == []


@pytest.mark.django_db
def test_an_older_edition_is_refused(small: None, admin: Actor) -> None:
    content = b"64755969\tliste I\r\n60002283\tliste I\r\n"
    with pytest.raises(ImportRefused) as refused:
        import_table(kind="conditions", content=content, file_name="x", by=admin, edition="2020-01-01")
    assert "2026-05-26" in str(refused.value)


@pytest.mark.django_db
def test_an_unknown_table_is_named_with_those_that_exist(admin: Actor) -> None:
    with pytest.raises(UnknownTable) as refused:
        import_table(kind="prices", content=b"x", file_name="x", by=admin)
    assert "specialities" in str(refused.value)


@pytest.mark.django_db
def test_only_an_administrator_imports(actor: Callable[..., Actor]) -> None:
    with pytest.raises(Forbidden):
        import_table(kind="conditions", content=b"64755969\tliste I\r\n", file_name="x", by=actor("pharmacist"))


@pytest.mark.django_db(transaction=True)
def test_a_pharmacist_corrects_a_code_and_the_history_stays(actor: Callable[..., Actor]) -> None:
    pharmacist = actor("pharmacist")
    correct_atc(cis="64755969", atc="N02BA01", reason="essai", by=pharmacist)
    correct_atc(cis="64755969", atc="B01AC06", reason="retour", by=pharmacist)
    drug = load_catalogue().by_cis("64755969")
    assert drug is not None
    assert (drug.atc, drug.atc_source) == (("B01AC06",), "validated")
    assert [(one.atc, one.reason) for one in queries.corrections()] == [("N02BA01", "essai"), ("B01AC06", "retour")]


@pytest.mark.django_db
def test_a_correction_needs_a_known_speciality_and_a_known_code(actor: Callable[..., Actor]) -> None:
    with pytest.raises(UnknownSpeciality):
        correct_atc(cis="12345678", atc="B01AC06", reason="", by=actor())
    with pytest.raises(UnknownAtc):
        correct_atc(cis="64755969", atc="Z99ZZ99", reason="", by=actor())
