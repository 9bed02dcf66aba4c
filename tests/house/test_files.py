"""What a file may be called, how long it is, and what it may not say."""

import ast
import re

from .tracked import ROOT, files, modules, product, texts

VISIBLE = {"README.md", "CHANGELOG.md", "GLOSSARY.md", "LICENSE", "Makefile", "pyproject.toml"} | {
    "requirements",
    "src",
    "tests",
    "docs",
    "deploy",
}
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "stuff"}
# Written in pieces, so that this file does not say them.
PLACES = ["/" + "root/", "/" + "work/", "/" + "opt/wheels", "/" + "tmp/"]
REGISTRIES = ["py" + "pi.org", "python" + "hosted", "find" + "-links", "index" + "-url"]
UNFINISHED = re.compile("|".join([r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bX" + r"XX\b"]))
SECRETS = re.compile("BEGIN (RSA |EC |)PRIVATE " + r"KEY|AKIA[0-9A-Z]{16}")
GENERATED = (
    "requirements/",
    "src/epione/medications/data/",
    "src/epione/medication_reviews/data/",
    "docs/openapi.json",
)


def test_the_first_screen_is_the_map() -> None:
    top = {path.relative_to(ROOT).parts[0] for path in files()}

    assert {name for name in top if not name.startswith(".")} <= VISIBLE
    assert {"README.md", "CHANGELOG.md", "GLOSSARY.md", "LICENSE", "Makefile"} <= top


def test_files_fit_the_eye() -> None:
    long = {str(path): text.count("\n") for path, text, _ in modules() if text.count("\n") > 400}

    assert long == {}


def test_no_file_is_a_drawer() -> None:
    assert [str(path) for path, _, _ in modules() if path.stem in DRAWERS or path.parent.name in DRAWERS] == []


def test_no_file_knows_the_machine_that_wrote_it() -> None:
    found = [
        f"{path}: {word}"
        for path, text in texts()
        if not str(path).startswith(GENERATED[1:])
        for word in [*PLACES, *REGISTRIES]
        if word in text and not (word == REGISTRIES[3] and path.name == "locks.py")
    ]

    assert found == []


def test_nothing_is_left_for_later() -> None:
    assert [
        str(path) for path, text in texts() if not str(path).startswith(GENERATED) and UNFINISHED.search(text)
    ] == []


def test_no_secret_is_kept() -> None:
    assert [str(path) for path, text in texts() if SECRETS.search(text)] == []


def test_prints_belong_to_commands() -> None:
    printing = [
        f"{path}:{node.lineno}"
        for path, _, tree in product()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]

    assert printing == []
