"""A ledger with entries of one practice."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from epione.kernel.actor import Actor, ActorKind
from epione.ledger.public import record, sequence


@pytest.fixture(autouse=True)
def own_anchor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Checkpoints of one test say nothing of the ledger of the next."""
    monkeypatch.setenv("EPIONE_ANCHORS", f"disk://{tmp_path}/anchors")
    return tmp_path / "anchors"


@pytest.fixture
def pharmacist() -> Actor:
    return Actor(uuid4(), ActorKind.PERSON, uuid4(), frozenset({"pharmacist"}), "Camille Martin")


@pytest.fixture
def fill(db: None, pharmacist: Actor) -> Callable[[int], list[UUID]]:
    """Records n entries and sequences them; returns their ids in order."""
    patient = uuid4()

    def make(count: int) -> list[UUID]:
        ids = [
            record(
                action="patients.update",
                by=pharmacist,
                entity=("patient", patient),
                patient_id=patient if number % 3 else None,
                before={"dose": number},
                after={"dose": number + 1},
            ).id
            for number in range(count)
        ]
        sequence()
        return ids

    return make
