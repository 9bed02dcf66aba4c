"""Search indexes under a new key: nothing found in between, everything found after, in steps that can be stopped."""

from datetime import date

import pytest

from epione.kernel.crypto import clear_cache, forget_subject, index_generation, keyring
from epione.ledger.models import Entry
from epione.ledger.public import verify
from epione.patients import queries
from epione.patients.models import Identifier, Patient, SearchKey
from epione.patients.public import (
    Identity,
    create_patient,
    create_patients,
    reindex,
    renew_index_key,
    search_patients,
    unindexed,
    update_identity,
)
from epione.patients.services import indexing

pytestmark = pytest.mark.django_db
NOBODY_HEARS = lambda done, total: None  # noqa: E731


@pytest.fixture(autouse=True)
def _own_anchor(tmp_path, monkeypatch):
    """Checkpoints of other tests say nothing of this ledger."""
    monkeypatch.setenv("EPIONE_ANCHORS", f"disk://{tmp_path}/anchors")


@pytest.fixture
def by(actor):
    return actor()


@pytest.fixture
def jeanne(by):
    return create_patient(identity=Identity("Jeanne", "Vasseur", date(1942, 3, 12)), by=by)


def found(by, text="vasseur"):
    return [card.id for card in search_patients(text=text, by=by).cards]


def test_a_new_key_hides_records_until_they_are_indexed_again(by, jeanne):
    assert found(by) == [jeanne.id]
    assert renew_index_key(by=by) == 2
    assert (found(by), unindexed(by.practice_id)) == ([], 1)
    assert reindex(by=by, step=NOBODY_HEARS) == 1
    assert (found(by), unindexed(by.practice_id)) == ([jeanne.id], 0)
    assert queries.with_number(by.practice_id, jeanne.identity.medical_id) == jeanne.id


def test_nothing_of_the_former_key_stays(by, jeanne):
    before = set(SearchKey.objects.values_list("digest", flat=True))
    marks = {bytes(one) for one in Identifier.objects.values_list("digest", flat=True)}
    renew_index_key(by=by)
    reindex(by=by, step=NOBODY_HEARS)
    assert not before & set(SearchKey.objects.values_list("digest", flat=True))
    assert not marks & {bytes(one) for one in Identifier.objects.values_list("digest", flat=True)}


def test_it_goes_on_where_it_stopped(by, monkeypatch):
    monkeypatch.setattr(indexing, "BATCH", 2)
    create_patients(identities=[Identity("Jean", f"Nom{'abcdef'[i]}", date(1950, 1, 1 + i)) for i in range(5)], by=by)
    renew_index_key(by=by)

    class Stopped(Exception):
        pass

    def stop(done, total):
        assert (done, total) == (2, 5)
        raise Stopped

    with pytest.raises(Stopped):
        reindex(by=by, step=stop)
    assert unindexed(by.practice_id) == 3
    heard = []
    assert reindex(by=by, step=lambda done, total: heard.append((done, total))) == 3
    assert heard == [(2, 3), (3, 3)]
    assert reindex(by=by, step=NOBODY_HEARS) == 0


def test_what_is_written_after_the_change_is_found_at_once(by, jeanne):
    renew_index_key(by=by)
    marc = create_patient(identity=Identity("Marc", "Vasseur", date(1970, 5, 1)), by=by)
    assert found(by) == [marc.id]
    update_identity(patient_id=jeanne.id, identity=jeanne.identity, version=1, by=by)
    assert set(found(by)) == {marc.id, jeanne.id}
    assert unindexed(by.practice_id) == 0


def test_an_erased_person_is_not_found_again_and_stops_nothing(by, jeanne):
    marc = create_patient(identity=Identity("Marc", "Vasseur", date(1970, 5, 1)), by=by)
    forget_subject(by.practice_id, jeanne.id)
    renew_index_key(by=by)
    reindex(by=by, step=NOBODY_HEARS)
    assert found(by) == [marc.id]
    assert not SearchKey.objects.filter(patient_id=jeanne.id).exists()
    assert unindexed(by.practice_id) == 0


def test_the_ledger_stays_sound_and_tells_of_it(by, jeanne):
    renew_index_key(by=by)
    clear_cache()
    reindex(by=by, step=NOBODY_HEARS)
    found(by)
    assert verify().sound
    assert {"patients.renew_index_key", "patients.reindex"} <= set(Entry.objects.values_list("action", flat=True))


def test_another_practice_keeps_its_key(by, jeanne, other_practice, actor):
    far = actor(practice=other_practice)
    create_patient(identity=Identity("Jeanne", "Vasseur", date(1942, 3, 12)), by=far)
    renew_index_key(by=by)
    assert (index_generation(far.practice_id), unindexed(far.practice_id)) == (1, 0)
    assert len(found(far)) == 1


def test_a_process_that_still_holds_the_former_key_is_caught_up_with(by, jeanne):
    former = keyring.current_key(by.practice_id, None, "index")
    renew_index_key(by=by)
    reindex(by=by, step=NOBODY_HEARS)
    name = (by.practice_id, None, "index")
    keyring.clear_cache()
    keyring._cache.put(name, former)
    marc = create_patient(identity=Identity("Marc", "Vasseur", date(1970, 5, 1)), by=by)
    keyring.clear_cache()
    assert unindexed(by.practice_id) == 1
    reindex(by=by, step=NOBODY_HEARS)
    assert marc.id in found(by)
    assert Patient.objects.get(id=marc.id).index_generation == 2


def test_the_command_and_the_check(by, jeanne, monkeypatch):
    from typer.testing import CliRunner

    from epione.project.cli import keys
    from epione.project.diagnosis import Level, Profile, indexes

    monkeypatch.setattr(keys, "boot", lambda: None)
    renew_index_key(by=by)
    assert [one.level for one in indexes(Profile.LOCAL)] == [Level.FAILURE]
    done = CliRunner().invoke(keys.app, ["reindex"])
    assert (done.exit_code, "1 records indexed again" in done.output) == (0, True)
    assert [one.level for one in indexes(Profile.LOCAL)] == [Level.OK]
    done = CliRunner().invoke(keys.app, ["reindex", "--new-key"])
    assert (done.exit_code, "five minutes" in done.output) == (0, True)
    assert index_generation(by.practice_id) == 3
