"""`epione run` and `epione prepare`: start Epione."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from epione.project import preparation, supervision
from epione.project.environment import flag, home
from epione.project.environment import port as default_port

LOCAL = {"127.0.0.1", "localhost", "::1"}


def run(
    role: Annotated[str, typer.Option(help="all, web, worker or dicom.")] = "all",
    host: Annotated[str, typer.Option(envvar="EPIONE_HOST", help="Address to serve at.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help="Port to serve at (EPIONE_PORT, default 8000).")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Serve the demo practice, in a home of its own.")] = False,
    web_workers: Annotated[int, typer.Option(help="Processes that serve pages.")] = 1,
) -> None:
    """Start Epione: prepares the database when needed, serves the pages, runs the jobs. Ctrl+C stops it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "epione.project.settings")
    if role not in {"all", "web", "worker", "dicom"}:
        _refuse(f"There is no role '{role}': choose all, web, worker or dicom.")
    if demo:
        _choose_demo()
    if role in {"worker", "dicom"}:
        _require_prepared()
        _require_port(role)
        supervision.work_until_stopped(role)
        return
    port = port or default_port()
    if host not in LOCAL and not os.environ.get("EPIONE_TLS_CERT") and not flag("EPIONE_TLS"):
        typer.echo("Warning: others may connect and pages travel in clear. See docs/operator.md, Transport.", err=True)
    if not supervision.port_is_free(host, port):
        _refuse(f"Port {port} is taken: stop what uses it, or choose another with --port.")
    get_ready()
    logins = _demo_logins() if demo else ""
    typer.echo(f"{_greeting(host, port)}\n{logins}".rstrip())
    worker = supervision.WorkerProcess()
    if role == "all":
        worker.start()
    try:
        supervision.serve(host, port, workers=web_workers)
    finally:
        if role == "all":
            worker.stop()


def _require_port(role: str) -> None:
    """Say at once that associations cannot be accepted."""
    host, port = os.environ.get("EPIONE_DICOM_HOST", "127.0.0.1"), int(os.environ.get("EPIONE_DICOM_PORT", "11112"))
    if role == "dicom" and not supervision.port_is_free(host, port):
        _refuse(f"Port {port} is taken: stop what uses it, or choose another with EPIONE_DICOM_PORT.")


def prepare() -> None:
    """Bring the database to this version, compile the translations, collect the assets."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "epione.project.settings")
    preparation.prepare(again=True)


commands = [run, prepare]


def _choose_demo() -> None:
    """The demo has its own database and keys: never mixed with a real practice."""
    os.environ["EPIONE_HOME"] = str(Path(os.environ.get("EPIONE_HOME", "var")).resolve() / "demo")
    os.environ["EPIONE_DEMO"] = "1"
    os.environ.setdefault("EPIONE_LOG_LEVEL", "warning")
    os.environ.pop("EPIONE_DATABASE_URL", None)
    os.environ.pop("DATABASE_URL", None)


def _demo_logins() -> str:
    """Who may sign in to the demo, kept from its filling so that the next start need not ask."""
    kept = home() / "logins"
    if not kept.exists():
        command = [sys.executable, "-m", "epione", "demo"]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 -- our own command
        if done.returncode:
            _refuse("The demo could not be filled; what went wrong stands above.")
        kept.write_text(done.stdout)
    return kept.read_text()


def _require_prepared() -> None:
    """A worker of our own tree was prepared by its parent."""
    if not os.environ.get(supervision.PARENT):
        get_ready()


def get_ready() -> None:
    """Prepare a database of our own that is not of this version; another one's operator is told what to run."""
    if preparation.is_prepared():
        return
    if not preparation.single_node():
        _refuse("This version was not prepared for this database: run `epione prepare` once, then start again.")
    typer.echo("Preparing Epione (once for this version)...")
    try:
        preparation.prepare_apart()
    except subprocess.CalledProcessError as error:
        _refuse(f"Epione could not be prepared (exit code {error.returncode}); what went wrong stands above.")


def _greeting(host: str, port: int) -> str:
    scheme = "https" if os.environ.get("EPIONE_TLS_CERT") else "http"
    shown = "localhost" if host in LOCAL else host
    return f"Epione: {scheme}://{shown}:{port}   (Ctrl+C stops it)"


def _refuse(sentence: str) -> None:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
