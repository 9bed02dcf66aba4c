"""Fixtures of the imaging tests."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_anchor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test has its own folder of checkpoints: what another test left there is not this ledger's."""
    monkeypatch.setenv("EPIONE_ANCHORS", f"disk://{tmp_path}/anchors")
    return tmp_path / "anchors"
