"""Sealed fields: they open where they were sealed, and nowhere else."""

import threading
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from epione.kernel.crypto import (
    Erased,
    Place,
    Tampered,
    blind_index,
    clear_cache,
    forget_subject,
    prefetch_keys,
    seal,
    seal_json,
    seal_text,
    unseal,
    unseal_json,
    unseal_text,
)
from epione.kernel.crypto.sealing import OVERHEAD
from epione.kernel.models import DataKey

PRACTICE, SUBJECT, ROW = uuid4(), uuid4(), uuid4()
PLACE = Place(PRACTICE, SUBJECT, "patients_patient", ROW, "identity")
in_database = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)

places = st.builds(
    Place,
    practice_id=st.uuids(),
    subject_id=st.none() | st.uuids(),
    table=st.text(max_size=30),
    row=st.uuids(),
    column=st.text(max_size=30),
    version=st.integers(0, 2**63),
)


@pytest.mark.django_db
@in_database
@given(place=places, content=st.binary(max_size=500))
def test_what_is_sealed_opens_in_its_place(place: Place, content: bytes) -> None:
    sealed = seal(place, content)
    assert unseal(place, sealed) == content
    assert len(sealed) == len(content) + OVERHEAD


@pytest.mark.django_db
@in_database
@given(
    place=places, other=places, part=st.sampled_from(["practice_id", "subject_id", "table", "row", "column", "version"])
)
def test_a_value_moved_to_another_place_is_refused(place: Place, other: Place, part: str) -> None:
    elsewhere = replace(place, **{part: getattr(other, part)})
    sealed = seal(place, b"73 rue des Tilleuls")
    seal(elsewhere, b"so that the other subject has a key")
    if elsewhere != place:
        with pytest.raises(Tampered):
            unseal(elsewhere, sealed)


@given(first=places, second=places)
def test_no_two_places_are_bound_to_the_same_bytes(first: Place, second: Place) -> None:
    assert (first.bound() == second.bound()) == (first == second)


def test_text_moved_between_table_and_column_names_changes_the_place() -> None:
    assert replace(PLACE, table="ab", column="c").bound() != replace(PLACE, table="a", column="bc").bound()


@pytest.mark.django_db
@in_database
@given(st.data())
def test_any_flipped_bit_is_refused(data: st.DataObject) -> None:
    sealed = bytearray(seal(PLACE, b"allergie: amoxicilline"))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Tampered):
        unseal(PLACE, bytes(sealed))


@pytest.mark.django_db
def test_every_truncation_is_refused() -> None:
    sealed = seal(PLACE, b"80 mg")
    for length in range(len(sealed)):
        with pytest.raises(Tampered):
            unseal(PLACE, sealed[:length])


@pytest.mark.django_db
def test_added_bytes_are_refused() -> None:
    with pytest.raises(Tampered):
        unseal(PLACE, seal(PLACE, b"80 mg") + b"\x00")


@pytest.mark.django_db
def test_plain_text_in_a_sealed_column_is_refused() -> None:
    with pytest.raises(Tampered):
        unseal(PLACE, b"DURAND Jeanne, stored by hand without sealing, long enough to have a header")


@pytest.mark.django_db
def test_the_same_value_sealed_twice_looks_different() -> None:
    assert seal(PLACE, b"DURAND") != seal(PLACE, b"DURAND")


@pytest.mark.django_db
def test_the_plain_value_is_nowhere_in_the_sealed_one() -> None:
    assert b"DURAND" not in seal(PLACE, b"DURAND")


@pytest.mark.django_db
def test_text_and_json_come_back_as_they_went_in() -> None:
    assert unseal_text(PLACE, seal_text(PLACE, "½ comprimé · Œdème")) == "½ comprimé · Œdème"
    value = {"dose": "½", "heures": [8, 20], "à": None}
    assert unseal_json(PLACE, seal_json(PLACE, value)) == value


@pytest.mark.django_db
def test_a_memoryview_as_postgresql_returns_it_opens() -> None:
    assert unseal(PLACE, memoryview(seal(PLACE, b"abc"))) == b"abc"


@pytest.mark.django_db
def test_blind_indexes_find_equal_texts_of_one_practice_and_purpose_only() -> None:
    index = blind_index(PRACTICE, "patients.name", "durand")
    assert index == blind_index(PRACTICE, "patients.name", "durand")
    assert len(index) == 32
    others = {
        blind_index(PRACTICE, "patients.name", "durant"),
        blind_index(PRACTICE, "patients.birth", "durand"),
        blind_index(uuid4(), "patients.name", "durand"),
    }
    assert index not in others
    assert len(others) == 3


@pytest.mark.django_db
def test_text_moved_between_purpose_and_value_changes_a_blind_index() -> None:
    assert blind_index(PRACTICE, "ab", "c") != blind_index(PRACTICE, "a", "bc")


@pytest.mark.django_db
def test_blind_indexes_survive_the_loss_of_the_cache() -> None:
    before = blind_index(PRACTICE, "patients.name", "durand")
    clear_cache()
    assert blind_index(PRACTICE, "patients.name", "durand") == before


@pytest.mark.django_db
def test_a_forgotten_subject_can_neither_be_read_nor_written() -> None:
    sealed, kept = seal(PLACE, b"DURAND"), replace(PLACE, subject_id=uuid4())
    other = seal(kept, b"MARTIN")
    forget_subject(PRACTICE, SUBJECT)
    with pytest.raises(Erased):
        unseal(PLACE, sealed)
    with pytest.raises(Erased):
        seal(PLACE, b"DURAND")
    assert unseal(kept, other) == b"MARTIN"


@pytest.mark.django_db
def test_no_byte_of_the_key_of_a_forgotten_subject_is_left() -> None:
    seal(PLACE, b"DURAND")
    wrapped = bytes(DataKey.objects.get(subject_id=SUBJECT).wrapped)
    forget_subject(PRACTICE, SUBJECT)
    row = DataKey.objects.get(subject_id=SUBJECT)
    assert len(wrapped) == 12 + 32 + 16
    assert (bytes(row.wrapped), row.erased_at is None) == (b"", False)


@pytest.mark.django_db
def test_a_subject_forgotten_before_anything_was_sealed_stays_closed() -> None:
    subject = uuid4()
    forget_subject(PRACTICE, subject)
    with pytest.raises(Erased):
        seal(replace(PLACE, subject_id=subject), b"DURAND")


@pytest.mark.django_db
def test_forgetting_twice_is_no_error() -> None:
    forget_subject(PRACTICE, SUBJECT)
    forget_subject(PRACTICE, SUBJECT)
    assert DataKey.objects.filter(subject_id=SUBJECT).count() == 1


class Change(Exception):
    pass


@pytest.mark.django_db(transaction=True)
def test_the_key_of_a_rolled_back_transaction_is_never_used_again() -> None:
    practice = uuid4()
    place = replace(PLACE, practice_id=practice, subject_id=None)
    with pytest.raises(Change), transaction.atomic():
        lost = seal(place, b"first")
        assert unseal(place, lost) == b"first"
        raise Change
    sealed = seal(place, b"second")
    clear_cache()
    assert unseal(place, sealed) == b"second"
    with pytest.raises(Tampered):
        unseal(place, lost)


@pytest.mark.django_db(transaction=True)
def test_the_key_of_a_rolled_back_savepoint_is_never_used_again() -> None:
    place = replace(PLACE, practice_id=uuid4(), subject_id=None)
    with transaction.atomic():
        with pytest.raises(Change), transaction.atomic():
            seal(place, b"first")
            raise Change
        sealed = seal(place, b"second")
    clear_cache()
    assert unseal(place, sealed) == b"second"


@pytest.mark.django_db(transaction=True)
def test_many_first_uses_at_once_agree_on_one_key() -> None:
    place = replace(PLACE, subject_id=uuid4())
    sealed: list[bytes] = []

    def first_use() -> None:
        with transaction.atomic():
            sealed.append(seal(place, b"DURAND"))
        connection.close()

    threads = [threading.Thread(target=first_use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clear_cache()
    assert [unseal(place, value) for value in sealed] == [b"DURAND"] * 6
    assert DataKey.objects.filter(subject_id=place.subject_id).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_keys_of_a_list_are_read_at_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    places = [replace(PLACE, practice_id=PRACTICE, subject_id=uuid4()) for _ in range(30)]
    sealed = [seal(place, b"DURAND") for place in places]
    gone = uuid4()
    forget_subject(PRACTICE, gone)
    clear_cache()
    with django_assert_num_queries(1):
        prefetch_keys(PRACTICE, [*(place.subject_id for place in places if place.subject_id), gone])
        assert [unseal(place, value) for place, value in zip(places, sealed, strict=True)] == [b"DURAND"] * 30
    with pytest.raises(Erased):
        seal(replace(PLACE, subject_id=gone), b"x")


@pytest.mark.django_db
def test_a_key_row_given_to_another_subject_is_refused() -> None:
    """An administrator of the database who swaps two wrapped keys reads nothing."""
    thief = UUID(int=7)
    sealed = seal(PLACE, b"DURAND")
    DataKey.objects.filter(subject_id=SUBJECT).update(subject_id=thief)
    clear_cache()
    with pytest.raises(Tampered):
        unseal(replace(PLACE, subject_id=thief), sealed)


@pytest.mark.django_db
def test_a_wrapped_key_replaced_by_another_one_is_refused() -> None:
    sealed = seal(PLACE, b"DURAND")
    seal(replace(PLACE, subject_id=uuid4()), b"MARTIN")
    other = DataKey.objects.exclude(subject_id=SUBJECT).get()
    DataKey.objects.filter(subject_id=SUBJECT).update(wrapped=other.wrapped)
    clear_cache()
    with pytest.raises(Tampered):
        unseal(PLACE, sealed)
