"""The locked requirements: whether they satisfy pyproject.toml, and how to resolve them again."""

import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ROOT / "requirements"
COMPILE = ["-m", "uv", "pip", "compile", "-q", "--universal", "--python-version", "3.11", "--generate-hashes"]
SERVER = ("postgres", "broker", "cache", "s3", "kms")
PLAIN = ["--no-header", "--no-annotate", "--no-emit-index-url"]


def declared() -> tuple[list[Requirement], list[Requirement]]:
    """What pyproject.toml asks for: to run, and besides that for every extra and for the tests."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    core = project["project"]["dependencies"]
    extras = [line for lines in project["project"]["optional-dependencies"].values() for line in lines]
    return [Requirement(line) for line in core], [
        Requirement(line) for line in extras + project["dependency-groups"]["dev"]
    ]


def locked(name: str) -> dict[str, str]:
    """Package -> version of one lock (`core.txt` to run, `server.txt` with every engine, `dev.txt` with the tests)."""
    lines = (LOCKS / name).read_text().splitlines()
    pins = [line.split(";")[0].strip(" \\").split("==") for line in lines if "==" in line and not line.startswith(" ")]
    return {canonicalize_name(package): version for package, version in pins}


def outdated() -> list[str]:
    """The requirements that a lock does not satisfy, and the packages that the two locks pin differently."""
    core, more = declared()
    run, test = locked("core.txt"), locked("dev.txt")
    lacking = [f"core.txt: {need}" for need in core if not _met(need, run)]
    lacking += [f"dev.txt: {need}" for need in core + more if not _met(need, test)]
    return lacking + [
        f"{name}: {version} in {lock}, {test.get(name)} in dev.txt"
        for lock in ("core.txt", "server.txt")
        for name, version in locked(lock).items()
        if test.get(name) != version
    ]


def _met(need: Requirement, pins: dict[str, str]) -> bool:
    version = pins.get(canonicalize_name(need.name))
    return version is not None and need.specifier.contains(version, prereleases=True)


def write() -> None:
    """Resolve the locks again; what pyproject.toml still allows keeps its version."""
    everything = ["--all-extras", "--group", "dev", "pyproject.toml", "-o", "requirements/dev.txt"]
    subprocess.run([sys.executable, *COMPILE, *PLAIN, *everything], cwd=ROOT, check=True)
    server = [word for name in SERVER for word in ("--extra", name)]
    for extras, name in (([], "core.txt"), (server, "server.txt")):
        lock = [*extras, "-c", "requirements/dev.txt", "pyproject.toml", "-o", f"requirements/{name}"]
        subprocess.run([sys.executable, *COMPILE, *PLAIN, *lock], cwd=ROOT, check=True)


if __name__ == "__main__":
    if "--write" in sys.argv:
        write()
    problems = outdated()
    print("\n".join(problems) or "The locks satisfy pyproject.toml.")
    sys.exit(bool(problems))
