"""The engines beside Epione that some tests need: found or installed, started on loopback, stopped by their pid."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

PACKAGES = {
    "postgresql": "postgresql",
    "redis": "redis-server",
    "rabbitmq": "rabbitmq-server",
    "softhsm": "softhsm2",
    "chromium": "chromium",
    "nginx": "nginx",
    "caddy": "caddy",
    "tesseract": "tesseract-ocr",
    "dcmtk": "dcmtk",
}
"""What is needed -> the Debian package that brings it."""


@dataclass(frozen=True)
class Started:
    """The engines that run, as the environment variables that tell the tests; and what does not run, in sentences."""

    environment: dict[str, str]
    lacking: list[str]


def find(name: str) -> Path | None:
    """Where the program of an engine stands."""
    if name == "postgresql":
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
        found = shutil.which("postgres")
        return folders[-1] if folders else Path(found) if found else None
    if name == "softhsm":
        places = [*Path("/usr/lib").glob("**/libsofthsm2.so"), *Path("/opt").glob("homebrew/lib/**/libsofthsm2.so")]
        return places[0] if places else None
    program = {"redis": "redis-server", "rabbitmq": "rabbitmq-server", "dcmtk": "storescu"}.get(name, name)
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    return Path(found) if found else None


def install_missing() -> None:
    """Install what lacks from Debian's packages when this user may; otherwise leave it to the report."""
    missing = [PACKAGES[name] for name in PACKAGES if find(name) is None]
    apt = shutil.which("apt-get")
    if not missing or apt is None:
        return
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if root and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode:
        return
    print(f"Installing {', '.join(missing)} (once)...", flush=True)
    wait = ["-o", "DPkg::Lock::Timeout=600"]
    silent = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*root, apt, *wait, "update", "-qq"], capture_output=True, check=False, env=silent)
    # A clone of the suite must not leave daemons behind: packages are told not to start theirs.
    with _no_daemons(root):
        subprocess.run(
            [*root, apt, *wait, "install", "-y", "-qq", "--no-install-recommends", *missing],
            capture_output=True,
            check=False,
            env=silent,
        )


@contextmanager
def _no_daemons(root: list[str]) -> Iterator[None]:
    policy = "/usr/sbin/policy-rc.d"
    if Path(policy).exists():
        yield
        return
    script = f"printf '#!/bin/sh\\nexit 101\\n' > {policy} && chmod 755 {policy}"
    subprocess.run([*root, "sh", "-c", script], check=False)
    try:
        yield
    finally:
        subprocess.run([*root, "rm", "-f", policy], check=False)


@contextmanager
def all_services(folder: Path) -> Iterator[Started]:
    """Start every engine that can be found; stop them all at the end."""
    install_missing()
    folder.chmod(0o755)  # servers that refuse root run as users of their own
    starters = {"postgresql": postgresql, "redis": redis, "rabbitmq": rabbitmq}
    variables: dict[str, str] = {}
    lacking = []
    with ExitStack() as stack:
        for name, start in starters.items():
            program = find(name)
            if program is None:
                lacking.append(f"{name} is not installed: what needs it did not run (apt install {PACKAGES[name]}).")
                continue
            try:
                variables |= stack.enter_context(start(program, folder / name))
            except (OSError, subprocess.SubprocessError, TimeoutError) as error:
                lacking.append(f"{name} did not start ({error}): what needs it did not run.")
        lacking += [
            f"{name} is not installed: what needs it did not run (apt install {PACKAGES[name]})."
            for name in ("softhsm", "chromium", "nginx", "caddy", "tesseract", "dcmtk")
            if find(name) is None
        ]
        yield Started(variables, lacking)


@contextmanager
def postgresql(program: Path, folder: Path) -> Iterator[dict[str, str]]:
    """PostgreSQL, never as root; durability off, since the suite may lose its data."""
    user = _servant("postgres", folder)
    port = free_port()
    bin_ = program.parent
    data = folder / "data"
    _as(user, [bin_ / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"])
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off -c full_page_writes=off"
    _as(user, [bin_ / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start"])
    try:
        yield {"EPIONE_TEST_POSTGRES_URL": f"postgres://postgres@127.0.0.1:{port}/postgres"}
    finally:
        _as(user, [bin_ / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])


@contextmanager
def redis(program: Path, folder: Path) -> Iterator[dict[str, str]]:
    """Redis, in memory."""
    folder.mkdir()
    port = free_port()
    command = [str(program), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with _process(command, folder, port, seconds=30):
        yield {"EPIONE_TEST_REDIS_URL": f"redis://127.0.0.1:{port}/0"}


@contextmanager
def rabbitmq(program: Path, folder: Path) -> Iterator[dict[str, str]]:
    """RabbitMQ, as its own user, with a node name and ports of its own."""
    user = _servant("rabbitmq", folder)
    port, distribution, epmd = free_port(), free_port(), free_port()
    (folder / "rabbitmq.conf").write_text(f"listeners.tcp.1 = 127.0.0.1:{port}\n")
    (folder / "plugins").write_text("[].\n")
    node = {
        "HOME": str(folder),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_NODENAME": f"epione{port}@localhost",
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_DIST_PORT": str(distribution),
        "ERL_EPMD_PORT": str(epmd),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_PID_FILE": str(folder / "pid"),
    }
    server = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    command = ["env", *(f"{name}={value}" for name, value in node.items()), str(server if server.exists() else program)]
    if user:
        command = ["runuser", "-u", user, "--", *command]
    try:
        with _process(command, folder, port, seconds=90):
            yield {"EPIONE_TEST_AMQP_URL": f"amqp://guest:guest@127.0.0.1:{port}//"}
    finally:
        _stop_mapper(epmd)


def _stop_mapper(port: int) -> None:
    """Erlang's port mapper outlives its node: ask the one that we started to go."""
    epmd = shutil.which("epmd")
    if epmd:
        subprocess.run([epmd, "-port", str(port), "-kill"], capture_output=True, check=False, timeout=20)


@contextmanager
def _process(command: list[str], folder: Path, port: int, *, seconds: float) -> Iterator[None]:
    """A server in a session of its own, once its port answers; its whole group is stopped at the end."""
    with (folder / "output").open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=folder, start_new_session=True)
    try:
        _wait(port, process, seconds)
        yield
    finally:
        for number, patience in ((signal.SIGTERM, 20), (signal.SIGKILL, 10)):
            try:
                os.killpg(process.pid, number)
                process.wait(patience)
                break
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue


def _wait(port: int, process: "subprocess.Popen[bytes]", seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError(f"port {port} did not answer")


def _servant(name: str, folder: Path) -> str | None:
    """Make the folder, given to the engine's own user when we are root; that user."""
    folder.mkdir(mode=0o700)
    if os.geteuid() != 0:
        return None
    known = pwd.getpwnam(name)
    os.chown(folder, known.pw_uid, known.pw_gid)
    return name


def _as(user: str | None, command: list[str | Path]) -> None:
    words = [str(word) for word in command]
    if user:
        words = ["runuser", "-u", user, "--", *words]
    # pg_ctl leaves a server behind that would keep a captured pipe open: output goes to nowhere.
    subprocess.run(words, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
