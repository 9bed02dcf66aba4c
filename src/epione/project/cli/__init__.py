"""The `epione` command: one file per group of commands, found by its name."""

import importlib
import pkgutil

import typer

app = typer.Typer(name="epione", no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)


def _mount() -> None:
    """Mount every group of this folder: `app` becomes a group, `commands` (a list of functions) top-level commands."""
    for module in pkgutil.iter_modules(__path__):
        group = importlib.import_module(f"{__name__}.{module.name}")
        if hasattr(group, "app"):
            app.add_typer(group.app, name=module.name)
        for command in getattr(group, "commands", []):
            app.command()(command)


def main() -> None:
    """Run the command line."""
    _mount()
    app()
