"""`make test`: the whole suite, on every engine that this machine has or may install."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from epione.kernel.translations import compile_catalogues
from tests.services import Started, all_services

ROOT = Path(__file__).parents[1]
OUTCOME = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)")
FUZZ = ("tests/project/test_api_fuzz.py", "tests/project/test_pages_fuzz.py")


class Suite:
    """Runs pytest several times and adds up what became of the tests."""

    def __init__(self, started: Started) -> None:
        self._environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"} | started.environment
        self.outcomes: Counter[str] = Counter()
        self.failed: list[str] = []
        self._began = time.monotonic()

    def run(self, title: str, *arguments: str, **more: str) -> None:
        """One pass; `more` are environment variables of this pass."""
        print(f"\n--- {title}", flush=True)
        command = [sys.executable, "-m", "pytest", "-q", "--tb=short", "--color=no", *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env=self._environment | more, stdout=subprocess.PIPE, text=True)
        last = ""
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            last = line if OUTCOME.search(line) else last
        code = process.wait()
        for number, outcome in OUTCOME.findall(last):
            self.outcomes[outcome.rstrip("s") if outcome.startswith("error") else outcome] += int(number)
        if code not in {0, 5}:
            self.failed.append(title)

    def closing_line(self) -> str:
        """All passes together, as pytest words it."""
        order = ["failed", "passed", "skipped", "xfailed", "xpassed", "error"]
        told = ", ".join(f"{self.outcomes[name]} {name}" for name in order if self.outcomes[name])
        return f"===== {told or 'no tests ran'} in {time.monotonic() - self._began:.2f}s ====="


def main() -> int:
    """Run every pass; 0 when all of them are green."""
    compile_catalogues()
    with tempfile.TemporaryDirectory(prefix="epione-services-") as folder, all_services(Path(folder)) as started:
        suite = Suite(started)
        everywhere = "not journey and not services and not slow"
        suite.run("SQLite", "-n", "2", "-m", everywhere)
        address = started.environment.get("EPIONE_TEST_POSTGRES_URL")
        if address:
            # What never opens a database is not run twice.
            suite.run(
                "PostgreSQL", "-n", "2", "-m", everywhere, EPIONE_DATABASE_URL=address, EPIONE_TEST_DATABASE_ONLY="1"
            )
        suite.run("strange values", "-n", "2", "-m", "(services or slow) and not journey", *FUZZ)
        # One at a time: these start servers of their own and measure them.
        apart = [f"--ignore={path}" for path in FUZZ]
        suite.run("services and servers", "-m", "(services or slow) and not journey", *apart)
        suite.run("journeys in a browser", "-n", "2", "--dist", "loadfile", "-m", "journey")
        print("".join(f"\nNot run: {sentence}" for sentence in started.lacking))
        if suite.failed:
            print(f"Failed: {', '.join(suite.failed)}.")
        print(suite.closing_line(), flush=True)
    return 1 if suite.failed else 0


if __name__ == "__main__":
    sys.exit(main())
