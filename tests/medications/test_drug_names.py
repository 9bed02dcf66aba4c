"""Names of medicines as people say them."""

import pytest

from epione.medications.public import search_medications


@pytest.mark.parametrize(
    ("typed", "short", "spoken"),
    [
        ("cordarone 200", "CORDARONE 200 mg", "Cordarone"),
        ("bisoprolol 2,5 mg", "BISOPROLOL 2,5 mg", "bisoprolol"),
        ("escitalopram 10 mg", "ESCITALOPRAM 10 mg", "escitalopram"),
        ("eliquis 5 mg", "ELIQUIS 5 mg", "Eliquis"),
        ("zopiclone 7,5 mg", "ZOPICLONE 7,5 mg", "zopiclone"),
    ],
)
def test_a_medicine_is_named_as_people_say(typed, short, spoken):
    drug = search_medications(typed)[0].drug
    assert (drug.short, drug.spoken) == (short, spoken)
