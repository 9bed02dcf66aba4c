"""`make check`: every rule that a tool can hold, in one command."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PY = sys.executable
STEPS: dict[str, list[str]] = {
    "format": [PY, "-m", "ruff", "format", "--check", "--quiet", "--output-format=concise", "src", "tests"],
    "lint": [PY, "-m", "ruff", "check", "--quiet", "--output-format=concise", "src", "tests"],
    "locks": [PY, "-m", "tests.house.locks"],
    "import contracts": [str(Path(PY).parent / "lint-imports"), "--no-cache"],
    "house rules": [PY, "-m", "pytest", "-q", "tests/house"],
    "migrations": [PY, "-m", "django", "makemigrations", "--check", "--dry-run"],
    "translations": [PY, "-m", "tests.house.translations"],
    "types": [PY, "-m", "mypy", "--no-error-summary"],
}


def failures() -> Iterator[str]:
    """Run each step, say how it went, yield the names of those that failed."""
    environment = os.environ | {
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    for name, command in STEPS.items():
        started = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        print(
            f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name} ({time.monotonic() - started:.1f} s)", flush=True
        )
        if done.returncode:
            print(done.stdout[-6000:] + done.stderr[-3000:], flush=True)
            yield name


if __name__ == "__main__":
    failed = list(failures())
    print(f"make check: {', '.join(failed)} failed." if failed else "make check: all is well.")
    sys.exit(bool(failed))
