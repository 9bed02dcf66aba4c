"""The reference tables that can be imported: their columns, keys, and the official files they come from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Row = dict[str, str]
Fields = list[str]


@dataclass(frozen=True, slots=True)
class OfficialFile:
    """A raw file of the public database: no header, tabs, one encoding per file."""

    name: str
    encoding: str
    columns: int
    convert: Callable[[Fields], Row]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the pack: its columns, those that make a row unique, those whose form is checked."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    official: OfficialFile
    digits: Mapping[str, int]
    unique: bool = True


def _iso(text: str) -> str:
    """DD/MM/YYYY or YYYYMMDD to ISO; empty stays empty.

    >>> _iso("28/10/2010"), _iso("20230830"), _iso("")
    ('2010-10-28', '2023-08-30', '')
    """
    parts = text.strip().split("/")
    if len(parts) == 3:
        return f"{parts[2]}-{parts[1]}-{parts[0]}"
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}" if len(text) == 8 and text.isdigit() else text.strip()


def _price(text: str) -> str:
    """A French price, thousands separated by commas too ("1,234,56"), with a decimal point."""
    whole, comma, cents = text.strip().rpartition(",")
    return f"{whole.replace(',', '')}.{cents}" if comma else cents


def _speciality(f: Fields) -> Row:
    return {
        "cis": f[0],
        "denomination": f[1].strip(),
        "forme": f[2].strip(),
        "voies": f[3],
        "statut_amm": f[4],
        "commercialise": "1" if f[6] == "Commercialisée" else "0",
        "type_procedure": f[5],
        "date_amm": _iso(f[7]),
        "titulaire": f[10].strip(),
        "surveillance_renforcee": "1" if f[11] == "Oui" else "0",
        "homeopathie": "1" if f[5].startswith("Enreg homéo") else "0",
        "atc": "",
        "atc_source": "",
        "substances": "",
    }


def _presentation(f: Fields) -> Row:
    return {
        "cip13": f[6],
        "cip7": f[1],
        "cis": f[0],
        "libelle": f[2].strip(),
        "etat_commercialisation": f[4],
        "taux_remboursement": f[8].replace(" ", ""),
        "prix_ttc": _price(f[10]),
    }


def _composition(f: Fields) -> Row:
    return {
        "cis": f[0],
        "code_substance": f[2],
        "substance": f[3].strip(),
        "element": f[1],
        "dosage": f[4].strip(),
        "reference": f[5].strip(),
        "nature": f[6],
        "liaison": f[7],
    }


def _availability(f: Fields) -> Row:
    names = ("cis", "cip13", "code", "statut")
    dates = {"debut": _iso(f[4]), "maj": _iso(f[5]), "remise": _iso(f[6])}
    return dict(zip(names, f[:4], strict=True)) | dates | {"lien": f[7]}


def _opinion(level: str) -> Callable[[Fields], Row]:
    return lambda f: {"cis": f[0], "dossier": f[1], "motif": f[2], "date": f[3], level: f[4]}


def _plain(*names: str) -> Callable[[Fields], Row]:
    return lambda f: {name: f[position].strip() for position, name in enumerate(names)}


_CP1252, _UTF8 = "cp1252", "utf-8"
_CIS = {"cis": 8}

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "specialities",
            tuple(_speciality([""] * 12)),
            ("cis",),
            OfficialFile("CIS_bdpm.txt", _CP1252, 12, _speciality),
            _CIS,
        ),
        Table(
            "presentations",
            tuple(_presentation([""] * 13)),
            ("cip13",),
            OfficialFile("CIS_CIP_bdpm.txt", _UTF8, 13, _presentation),
            {**_CIS, "cip13": 13, "cip7": 7},
        ),
        Table(
            "composition",
            tuple(_composition([""] * 8)),
            ("cis", "liaison", "nature", "code_substance", "element", "dosage", "reference"),
            OfficialFile("CIS_COMPO_bdpm.txt", _CP1252, 8, _composition),
            {**_CIS, "code_substance": 5},
            unique=False,
        ),
        Table(
            "generics",
            ("groupe", "libelle", "cis", "type"),
            ("groupe", "cis"),
            OfficialFile("CIS_GENER_bdpm.txt", _CP1252, 5, _plain("groupe", "libelle", "cis", "type")),
            _CIS,
            unique=False,
        ),
        Table(
            "conditions",
            ("cis", "condition"),
            ("cis", "condition"),
            OfficialFile("CIS_CPD_bdpm.txt", _CP1252, 2, _plain("cis", "condition")),
            _CIS,
            unique=False,
        ),
        Table(
            "availability",
            tuple(_availability([""] * 8)),
            tuple(_availability([""] * 8)),
            OfficialFile("CIS_CIP_Dispo_Spec.txt", _CP1252, 8, _availability),
            _CIS,
            unique=False,
        ),
        Table(
            "smr",
            ("cis", "dossier", "motif", "date", "smr"),
            ("cis", "dossier", "motif", "date", "smr"),
            OfficialFile("CIS_HAS_SMR_bdpm.txt", _CP1252, 6, _opinion("smr")),
            _CIS,
            unique=False,
        ),
        Table(
            "asmr",
            ("cis", "dossier", "motif", "date", "asmr"),
            ("cis", "dossier", "motif", "date", "asmr"),
            OfficialFile("CIS_HAS_ASMR_bdpm.txt", _CP1252, 6, _opinion("asmr")),
            _CIS,
            unique=False,
        ),
        Table(
            "mitm",
            ("cis", "atc"),
            ("cis",),
            OfficialFile("CIS_MITM.txt", _CP1252, 4, _plain("cis", "atc")),
            _CIS,
        ),
    )
}
