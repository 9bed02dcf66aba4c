"""`epione setup` from nothing: the first command of a real practice needs no other before it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def test_a_practice_opens_on_a_machine_where_nothing_was_prepared(tmp_path: Path) -> None:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("EPIONE_", "DATABASE_URL", "DJANGO_"))
    }
    env = kept | {"EPIONE_HOME": str(tmp_path), "EPIONE_ADMIN_PASSWORD": "Une-phrase-longue-de-2026!"}
    command = [sys.executable, "-m", "epione", "setup", "--practice", "Officine", "--admin", "camille", "--keys-saved"]
    env |= {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Officine is open" in done.stdout
    assert (tmp_path / "prepared").exists()
