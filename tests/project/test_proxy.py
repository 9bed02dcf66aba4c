"""The shipped configurations of nginx and Caddy, run for real in front of a real Epione."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.kernel.server import environment, free_port, running, seed

from epione.project.transport import accepts_tls_1_2

pytestmark = [pytest.mark.services, pytest.mark.slow]
PROXY = Path(__file__).parents[2] / "deploy" / "proxy"
MAIN = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/conf/*.conf;
}}
"""


@pytest.fixture
def nginx(tmp_path: Path, tls_files: tuple[Path, Path]) -> Iterator[tuple[int, int]]:
    """The port of nginx, and the one where it expects Epione; the shipped files with only their places changed."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed")
    port, plain, behind = free_port(), free_port(), free_port()
    (tmp_path / "conf").mkdir()
    shipped = (PROXY / "nginx.conf").read_text()
    for old, new in {
        "/etc/epione/tls.pem": str(tls_files[0]),
        "/etc/epione/tls.key": str(tls_files[1]),
        "/var/log/nginx/epione.log": f"{tmp_path}/access.log",
        "listen 443": f"listen 127.0.0.1:{port}",
        "listen 80": f"listen 127.0.0.1:{plain}",
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl;\n": "",
    }.items():
        assert old in shipped
        shipped = shipped.replace(old, new)
    (tmp_path / "conf" / "nginx.conf").write_text(shipped)
    upstream = (PROXY / "upstream.conf").read_text().replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    (tmp_path / "conf" / "upstream.conf").write_text(upstream)
    (tmp_path / "main.conf").write_text(MAIN.format(folder=tmp_path))
    process = subprocess.Popen(
        [program, "-p", str(tmp_path), "-c", str(tmp_path / "main.conf")], stderr=subprocess.PIPE
    )
    try:
        yield port, behind
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture
def caddy(tmp_path: Path, tls_files: tuple[Path, Path]) -> Iterator[tuple[int, int]]:
    """The same of Caddy: the shipped file with its site, its certificate and the place of Epione changed."""
    program = shutil.which("caddy")
    if program is None:
        pytest.skip("caddy is not installed")
    port, behind = free_port(), free_port()
    shipped = (PROXY / "Caddyfile").read_text()
    for old, new in {
        "epione.example.org {": f"https://localhost:{port} {{\n\tbind 127.0.0.1",
        "tls {": f"tls {tls_files[0]} {tls_files[1]} {{",
        "127.0.0.1:8000": f"127.0.0.1:{behind}",
    }.items():
        assert old in shipped
        shipped = shipped.replace(old, new)
    alone = f"{{\n\tadmin off\n\tauto_https disable_redirects\n\tstorage file_system {tmp_path}/caddy\n}}\n"
    (tmp_path / "Caddyfile").write_text(alone + shipped)
    process = subprocess.Popen(
        [program, "run", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"],
        stderr=subprocess.PIPE,
        env={"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)},
    )
    try:
        yield port, behind
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
def test_visitors_come_through_tls_1_3_and_are_who_they_are(
    proxy: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    port, behind = request.getfixturevalue(proxy)
    env = environment(tmp_path / "home", EPIONE_TLS="1", EPIONE_PROXIES="127.0.0.1")
    (tmp_path / "home").mkdir()
    seeded = seed(env)
    site = f"https://localhost:{port}"
    with running(env, "--role", "web", port=behind):
        cookie = dict([seeded["cookie"]])
        live = httpx.get(f"{site}/health/live", verify=False)
        claimed = httpx.get(f"{site}/metrics", verify=False, headers={"X-Forwarded-For": "127.0.0.1"})
        started = time.monotonic()
        address = f"{site}/api/v1/jobs/{seeded['jobs'][0]}/events"
        with httpx.stream("GET", address, cookies=cookie, verify=False, timeout=20) as stream:
            first = next(stream.iter_lines())

        assert live.json() == {"status": "alive"}
        assert live.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"
        assert accepts_tls_1_2(site) is False
        assert claimed.status_code == 403
        assert first == ": open"
        assert time.monotonic() - started < 10
