"""What the secondary tables say of a speciality."""

from epione.medications.domain.sheet import Sheets
from epione.medications.providers.memory import speciality_sheet

EMPTY: dict[str, list[dict[str, str]]] = {
    name: [] for name in ("presentations", "generics", "conditions", "availability", "smr", "asmr")
}


def test_kardegic_has_boxes_a_group_conditions_and_dated_opinions() -> None:
    sheet = speciality_sheet("64755969")
    assert sheet.boxes[0].reimbursement == "65%"
    assert all(len(box.cip13) == 13 for box in sheet.boxes)
    assert sheet.generic_kind in {"reference", ""}
    assert [one.given_on for one in sheet.benefits] == sorted((one.given_on for one in sheet.benefits), reverse=True)


def test_an_unknown_speciality_has_an_empty_sheet() -> None:
    sheet = speciality_sheet("12345678")
    assert (sheet.boxes, sheet.conditions, sheet.generic_group) == ((), (), "")


def test_the_newest_opinion_comes_first_and_generics_name_their_group() -> None:
    opinion = {"cis": "1", "dossier": "CT", "motif": "Inscription"}
    group = {"groupe": "7", "libelle": "G"}
    sheets = Sheets(
        EMPTY
        | {
            "smr": [
                opinion | {"date": "20100101", "smr": "Important"},
                opinion | {"date": "20230830", "smr": "Faible"},
            ],
            "generics": [group | {"cis": "1", "type": "1"}, group | {"cis": "2", "type": "0"}],
        }
    )
    sheet = sheets.of("1")
    assert [(one.level, one.given_on) for one in sheet.benefits] == [
        ("Faible", "2023-08-30"),
        ("Important", "2010-01-01"),
    ]
    assert (sheet.generic_group, sheet.generic_kind, sheet.same_group) == ("G", "generic", ("2",))
