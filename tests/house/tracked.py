"""The files that belong to the project: those that git knows or would take."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "epione"
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".html",
    ".css",
    ".js",
    ".json",
    ".po",
    ".yaml",
    ".yml",
    ".csv",
    ".conf",
    ".sh",
    "",
}


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project, in order."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return tuple(path for path in sorted({ROOT / name for name in listed}) if path.is_file())


def texts() -> Iterator[tuple[Path, str]]:
    """The text files with their content."""
    for path in files():
        if path.suffix in TEXT:
            yield path.relative_to(ROOT), path.read_text(encoding="utf-8")


@cache
def modules() -> tuple[tuple[Path, str, ast.Module], ...]:
    """Our Python files (migrations are generated): path, text, tree."""
    found = [path for path in files() if path.suffix == ".py" and "migrations" not in path.parts]
    return tuple((path.relative_to(ROOT), path.read_text(), ast.parse(path.read_text())) for path in found)


def product() -> Iterator[tuple[Path, str, ast.Module]]:
    """Those of the product, without its tests."""
    yield from (one for one in modules() if one[0].parts[0] == "src")
