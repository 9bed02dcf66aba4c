"""`epione bench`: figures, measured here and now."""

import importlib
import json
import os
import pkgutil
import platform
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from epione.project import bench as benches

VERSION = 1


class Format(StrEnum):
    """How the figures are printed."""

    TEXT = "text"
    JSON = "json"


def names() -> list[str]:
    """The benches, found from their folder: a module with a `run`."""
    found = [module.name for module in pkgutil.iter_modules(benches.__path__)]
    return [name for name in found if not name.startswith(("naive_", "_"))]


def bench(
    name: Annotated[str, typer.Argument(help="Which bench; nothing lists them.")] = "",
    output: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT,
) -> None:
    """Measure Epione on this machine: one row per figure, with its target. Exit code 0 when it ran."""
    if name not in names():
        typer.echo(
            f"There is no bench '{name}'. Choose: {', '.join(names())}." if name else "\n".join(names()), err=bool(name)
        )
        raise typer.Exit(2 if name else 0)
    with TemporaryDirectory(prefix="epione-bench-") as folder:
        _set_up(folder)
        results = importlib.import_module(f"{benches.__name__}.{name}").run()
    rows = [complete(row) for row in results]
    if output is Format.JSON:
        answer = {"name": name, "version": VERSION, "machine": machine(), "results": rows}
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2, default=str))
    else:
        typer.echo(table(rows))


def _set_up(folder: str) -> None:
    """A home of its own: a bench never writes into a record. `EPIONE_BENCH_DATABASE_URL` names another engine."""
    os.environ["EPIONE_HOME"] = folder
    os.environ["EPIONE_DATABASE_URL"] = os.environ.get("EPIONE_BENCH_DATABASE_URL", "")
    os.environ["DATABASE_URL"] = ""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "epione.project.settings")
    import django  # noqa: PLC0415 -- slow import, and the home must be chosen first

    django.setup()


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    model = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), ""
    )
    memory = next(
        (int(line.split()[1]) // 1024 for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), None
    )
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "processor": model or platform.processor(),
        "cores": os.cpu_count(),
        "memory_mb": memory,
        "load": round(os.getloadavg()[0], 2),
    }


def complete(row: dict[str, Any]) -> dict[str, Any]:
    """The row with every key of the documented envelope, null where the bench has nothing to say."""
    keys = ("case", "metric", "unit", "value", "target", "peer", "peer_value", "ratio", "met")
    return {key: row.get(key) for key in keys} | row


def table(rows: list[dict[str, Any]]) -> str:
    """The figures as people read them."""
    lines = [f"{'case':<34} {'metric':<26} {'value':>12} {'unit':<8} {'target':>10} {'met':<5}"]
    for row in rows:
        value = f"{row['value']:.4g}" if isinstance(row["value"], float) else str(row["value"])
        met = {True: "yes", False: "NO", None: "-"}[row["met"]]
        figure = f"{value:>12} {row['unit'] or '':<8} {row['target'] or '':>10} {met:<5}"
        lines.append(f"{row['case']:<34} {row['metric']:<26} {figure}")
    return "\n".join(lines)


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text().splitlines() if file.exists() else []


commands = [bench]
