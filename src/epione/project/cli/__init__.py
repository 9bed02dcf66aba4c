"""The `epione` command: one file per group of commands, found by its name."""

import importlib
import pkgutil
import sys

import typer

app = typer.Typer(name="epione", no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)


@app.callback()
def _epione() -> None:
    """Epione: one patient record, five workspaces."""


def _mount(asked: str) -> None:
    """Mount the groups of this folder: `app` becomes a group, `commands` (a list of functions) top-level commands.

    When the one asked for has a file of its name, only that file is read: a start does not pay for the others.
    """
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    for name in [asked] if asked in names else names:
        group = importlib.import_module(f"{__name__}.{name}")
        if hasattr(group, "app"):
            app.add_typer(group.app, name=name)
        for command in getattr(group, "commands", []):
            app.command()(command)


def main() -> None:
    """Run the command line."""
    _mount(sys.argv[1] if len(sys.argv) > 1 else "")
    app()
