"""Search as a pharmacist types: the right medicine first, quickly."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epione.medications.domain.search import SearchIndex
from epione.project.bench.search import labelled, right_first


@pytest.mark.parametrize(("typed", "expected"), labelled())
def test_the_right_answer_comes_first(index: SearchIndex, typed: str, expected: str) -> None:
    assert right_first(index, typed, expected), [hit.drug.name for hit in index.search(typed, 5)]


def test_search_takes_less_than_fifty_milliseconds(index: SearchIndex) -> None:
    spent = []
    for typed in [*(typed for typed, _ in labelled()), "a", "co", "comprime", "comprimé pelliculé 10 mg"]:
        start = time.process_time()
        index.search(typed)
        spent.append(time.process_time() - start)
    spent.sort()
    assert spent[int(0.95 * len(spent))] <= 0.05


def test_a_misspelling_is_said(index: SearchIndex) -> None:
    assert index.search("kardegik")[0].fuzzy
    assert not index.search("kardegic")[0].fuzzy


def test_a_medicine_is_answered_once(index: SearchIndex) -> None:
    found = [hit.drug.cis for hit in index.search("co aprovel 150")]
    assert len(found) == len(set(found)) > 1


def test_omeprazole_is_not_esomeprazole(index: SearchIndex) -> None:
    names = [hit.drug.name for hit in index.search("OMEPRAZOLE")]
    assert [name for name in names if "ESOMEPRAZOLE" in name] == []


@pytest.mark.parametrize("typed", ["", "   ", "?!", "xqzwvk", "99999999999999"])
def test_nothing_comes_near(index: SearchIndex, typed: str) -> None:
    assert index.search(typed) == ()


@given(st.text(max_size=60))
def test_any_text_is_answered(index: SearchIndex, typed: str) -> None:
    hits = index.search(typed, limit=5)
    assert len(hits) <= 5
    assert len({hit.drug.cis for hit in hits}) == len(hits)
