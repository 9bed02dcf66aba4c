"""How code is written: sizes, docstrings, waivers with their reasons."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from .tracked import modules, product

WAIVER = re.compile(r"#\s*(noqa|nosec)(?P<rest>[^\n]*)")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function of a file."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def test_every_file_says_what_it_is_for() -> None:
    silent = [str(path) for path, text, tree in modules() if text.strip() and not ast.get_docstring(tree)]

    assert silent == []


def test_functions_fit_a_screen() -> None:
    long = [
        f"{path}:{one.lineno} {one.name} ({(one.end_lineno or 0) - one.lineno + 1} lines)"
        for path, _, tree in product()
        for one in functions(tree)
        if (one.end_lineno or 0) - one.lineno >= 60
    ]

    assert long == []


@pytest.mark.parametrize("name", ["services", "public", "rules"])
def test_use_cases_say_what_they_do(name: str) -> None:
    silent = [
        f"{path}:{one.lineno} {one.name}"
        for path, _, tree in product()
        if name in {path.stem, path.parent.name}
        for one in tree.body
        if isinstance(one, Function | ast.ClassDef) and not one.name.startswith("_") and not ast.get_docstring(one)
    ]

    assert silent == []


def test_everything_is_typed() -> None:
    untyped = [
        f"{path}:{one.lineno} {one.name}"
        for path, _, tree in product()
        for one in functions(tree)
        if one.returns is None
    ]

    assert untyped == []


def test_every_waiver_carries_its_reason() -> None:
    bare = [
        f"{path}: {found.group(0)}"
        for path, text, _ in product()
        for found in WAIVER.finditer(text)
        if " -- " not in found.group("rest")
    ]

    assert bare == []


def test_writing_use_cases_name_their_actor_by() -> None:
    """A public function of `services` that takes an actor calls it `by`."""
    wrong = [
        f"{path}:{one.lineno} {one.name}"
        for path, _, tree in product()
        if "services" in {path.stem, path.parent.name}
        for one in tree.body
        if isinstance(one, Function) and not one.name.startswith("_")
        for argument in [*one.args.args, *one.args.kwonlyargs]
        if argument.annotation is not None
        and ast.unparse(argument.annotation) in {"Actor", "Actor | None"}
        and argument.arg != "by"
    ]

    assert wrong == []


def test_no_two_shapes_of_the_api_share_a_name() -> None:
    """The API description names shapes by their class: of two with one name only the last would be described."""
    names = Counter(
        one.name
        for path, _, tree in product()
        if "web" in path.parts
        for one in ast.walk(tree)
        if isinstance(one, ast.ClassDef) and one.name.endswith("Out")
    )
    assert [name for name, count in names.items() if count > 1] == []
