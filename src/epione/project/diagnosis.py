"""What `epione check` looks at: configuration, keys, database, ledger, transport, backups, catalogues."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from cryptography import x509
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from epione.identity.public import practice_ids
from epione.inference.providers.configured import configured
from epione.kernel.backup import backup_folder
from epione.kernel.backup import backups as backups_in
from epione.kernel.clock import now, today
from epione.kernel.crypto import KeysUnavailable
from epione.kernel.crypto.holder import key_holder, keys_url
from epione.kernel.errors import Expected
from epione.kernel.models.jobs import Job, State
from epione.kernel.translations import stale_catalogues
from epione.ledger.public import anchor_states, spool_state, verify
from epione.medications.domain.ages import age_of
from epione.medications.providers import pack
from epione.patients.public import unindexed

from .environment import flag, listed
from .transport import Refusal, accepts_tls_1_2

LOOPBACK = {"127.0.0.1", "localhost", "::1", "[::1]"}


class Profile(StrEnum):
    """Where Epione stands: one PC, a server of a practice, a cluster."""

    LOCAL = "local"
    SERVER = "server"
    CLUSTER = "cluster"


class Level(StrEnum):
    """How grave: a failure makes the command fail."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, in a sentence that says what to do."""

    check: str
    level: Level
    text: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def diagnose(profile: Profile) -> list[Finding]:
    """Every check that the profile demands, in order."""
    return [finding for check in CHECKS for finding in check(profile)]


def _judged(check: str, well: bool, good: str, bad: str, level: Level = Level.FAILURE) -> Finding:
    return Finding(check, Level.OK if well else level, good if well else bad)


def configuration(profile: Profile) -> Iterator[Finding]:
    """Debug off, hosts named, secret strong, home private."""
    yield _judged("debug", not settings.DEBUG, "Debug is off.", "Debug is on: unset EPIONE_DEBUG.")
    strict = Level.FAILURE if profile is not Profile.LOCAL else Level.WARNING
    yield _judged("demo", not settings.DEMO, "This is not the demo.", "This is the demo practice.", strict)
    anyone = "*" in settings.ALLOWED_HOSTS
    yield _judged("hosts", not anyone, "Hosts are named.", "EPIONE_HOSTS accepts any name: list yours.", strict)
    secret = settings.SECRET_KEY
    strong = len(secret) >= 50 and len(set(secret)) >= 10
    yield _judged("secret", strong, "The secret is strong.", "EPIONE_SECRET_KEY is weak: use 50 random characters.")
    open_to_others = stat.S_IMODE(settings.HOME.stat().st_mode) & 0o077
    bad = f"Others may look into {settings.HOME}: chmod 700."
    yield _judged("home", not open_to_others, "The home is private.", bad)
    free = shutil.disk_usage(settings.HOME).free
    yield _judged("disk", free > 5_000_000_000, f"{free // 10**9} GB free.", f"Only {free // 10**6} MB free.", strict)


def keys(profile: Profile) -> Iterator[Finding]:
    """The key-encryption key answers, and its file is private."""
    try:
        active = key_holder().active()
    except (KeysUnavailable, OSError) as error:
        yield Finding("keys", Level.FAILURE, f"The encryption key cannot be reached ({type(error).__name__}).")
        return
    yield Finding("keys", Level.OK, f"Encryption key {active} answers.")
    for path in [*sorted((settings.HOME / "keys").glob("*")), settings.HOME / "secret"]:
        exposed = path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077
        if exposed:
            yield Finding("keys", Level.FAILURE, f"Others may read {path}: chmod 600.")
    if profile is Profile.CLUSTER:
        shared = not keys_url().startswith("file:")
        bad = "The key is a file of one machine: name a Vault, KMS or HSM in EPIONE_KEYS_URL."
        yield _judged("keys", shared, "The key is held apart.", bad)


def indexes(_profile: Profile) -> Iterator[Finding]:
    """Every record is indexed under the present key: one that is not cannot be found."""
    try:
        lost = sum(unindexed(practice_id) for practice_id in practice_ids())
    except (DatabaseError, KeysUnavailable):
        return  # said by the checks of the keys and of the database
    bad = f"{lost} records cannot be found by name: run `epione keys reindex`."
    yield _judged("indexes", not lost, "Every record is indexed.", bad)


def database(profile: Profile) -> Iterator[Finding]:
    """It answers, its tables are of this version, and it is of the kind that the profile needs."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        yield Finding("database", Level.FAILURE, f"The database does not answer ({type(error).__name__}).")
        return
    bad = f"{len(pending)} migrations are pending: run `epione prepare`."
    yield _judged("database", not pending, f"{connection.vendor}: tables are of this version.", bad)
    if profile is Profile.CLUSTER:
        several = connection.vendor == "postgresql"
        yield _judged("database", several, "PostgreSQL.", "Several machines need PostgreSQL: set EPIONE_DATABASE_URL.")


def ledger(profile: Profile) -> Iterator[Finding]:
    """Every entry since the last sound verification, and whether each anchor answers."""
    try:
        report = verify(full=False, keep=False)
        yield from anchors(profile)
    except DatabaseError:
        yield Finding("ledger", Level.FAILURE, "The ledger cannot be read: run `epione prepare`.")
        return
    except ImproperlyConfigured as error:
        yield Finding("anchors", Level.FAILURE, str(error))
        return
    bad = f"The ledger is not sound ({len(report.faults)} faults): run `epione ledger verify`."
    yield _judged("ledger", report.sound, f"The ledger is sound ({report.size} entries).", bad)
    yield from _spool()


def anchors(profile: Profile) -> Iterator[Finding]:
    """Each anchor answers; what serves others leaves its checkpoints somewhere else than on this machine."""
    states = anchor_states()
    for state in states:
        kept = "no checkpoint yet" if state.size is None else f"newest checkpoint: {state.size} entries"
        bad = f"{state.name}: {state.said}. Checkpoints wait for it, care does not ({kept})."
        yield _judged("anchors", state.answers, f"{state.name}: {state.said} ({kept}).", bad, Level.WARNING)
    if profile is not Profile.LOCAL:
        apart = len(states) > 1 or any(state.far for state in states)
        bad = "Checkpoints stay in the home: name a place outside in EPIONE_ANCHORS (rfc3161, ipfs, fabric, a disk)."
        yield _judged("anchors", apart, "Checkpoints are left outside.", bad, Level.WARNING)


def _spool() -> Iterator[Finding]:
    """What emergencies read while the ledger was away, on this machine."""
    found = spool_state()
    bad = f"The spool holds {found.waiting} entries of emergency accesses: run `epione ledger replay`."
    yield _judged("spool", not found.waiting, "The spool is empty.", bad, Level.WARNING)
    for fault in found.faults:
        yield Finding("spool", Level.FAILURE, f"The spool is not as it was written: {fault}.")


def transport(profile: Profile) -> Iterator[Finding]:
    """TLS 1.3, served by Epione or by a proxy in front, wherever somebody else than this machine may connect."""
    certificate = os.environ.get("EPIONE_TLS_CERT")
    if certificate:
        yield from _certificate(Path(certificate), Path(os.environ.get("EPIONE_TLS_KEY", "")))
    behind = flag("EPIONE_TLS") and bool(listed("EPIONE_PROXIES"))
    secured = bool(certificate) or behind
    bad = "Pages travel in clear: set EPIONE_TLS_CERT and EPIONE_TLS_KEY (or EPIONE_TLS and EPIONE_PROXIES: a proxy)."
    exposed = profile is not Profile.LOCAL or os.environ.get("EPIONE_HOST", "127.0.0.1") not in LOOPBACK
    if exposed:
        yield _judged("tls", secured, "Transport is encrypted.", bad)
    else:
        yield Finding("tls", Level.OK, "Only this machine can connect.")
    hsts = settings.SECURE_HSTS_SECONDS >= 31_536_000 and settings.SESSION_COOKIE_SECURE
    if exposed:
        yield _judged("hsts", hsts, "Browsers are told to insist on TLS.", "HSTS is off: it follows from TLS above.")
    yield from _offered_versions()


def _certificate(path: Path, key: Path) -> Iterator[Finding]:
    try:
        ends = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
        exposed = stat.S_IMODE(key.stat().st_mode) & 0o077
    except (OSError, ValueError) as error:
        yield Finding("certificate", Level.FAILURE, f"The certificate cannot be read ({type(error).__name__}).")
        return
    left = (ends - datetime.now(UTC)).days
    yield _judged("certificate", left > 14, f"Valid for {left} days.", f"The certificate ends in {left} days.")
    yield _judged("certificate", not exposed, "Its key is private.", f"Others may read {key}: chmod 600.")


def _offered_versions() -> Iterator[Finding]:
    address = os.environ.get("EPIONE_PUBLIC_URL", "")
    if not address.startswith("https://"):
        return
    try:
        old = accepts_tls_1_2(address)
    except Refusal as error:
        yield Finding("tls", Level.WARNING, f"{address} could not be tried: {error}.")
        return
    yield _judged("tls", not old, f"{address} refuses TLS 1.2.", f"{address} still accepts TLS 1.2: allow 1.3 only.")


def work(profile: Profile) -> Iterator[Finding]:
    """Jobs are taken, dead ones are known, and several machines share a broker and a cache."""
    try:
        late = Job.objects.filter(state=State.QUEUED, run_after__lt=now() - timedelta(minutes=5)).count()
        dead = Job.objects.filter(state=State.DEAD, finished_at__gt=now() - timedelta(days=7)).count()
    except DatabaseError:
        return
    yield _judged("jobs", not late, "No job waits.", f"{late} jobs wait for a worker: is one running?", Level.WARNING)
    yield _judged(
        "jobs", not dead, "No job died this week.", f"{dead} jobs died this week: see the logs.", Level.WARNING
    )
    if profile is Profile.CLUSTER:
        for name in ("EPIONE_BROKER_URL", "EPIONE_CACHE_URL", "EPIONE_STORAGE_URL", "EPIONE_METRICS_TOKEN"):
            yield _judged("cluster", bool(os.environ.get(name)), f"{name} is set.", f"Several machines need {name}.")


def backups(profile: Profile) -> Iterator[Finding]:
    """The newest backup is of today or yesterday."""
    newest = max((path.stat().st_mtime for path in backups_in(backup_folder())), default=None)
    strict = Level.WARNING if profile is Profile.LOCAL else Level.FAILURE
    if newest is None:
        yield Finding(
            "backups", strict, "There is no backup: run `epione backup create`, then `epione backup schedule`."
        )
        return
    hours = (datetime.now(UTC).timestamp() - newest) / 3600
    yield _judged(
        "backups", hours <= 26, f"Newest backup: {hours:.0f} h.", f"Newest backup: {hours:.0f} h old.", strict
    )


def catalogues(_profile: Profile) -> Iterator[Finding]:
    """Editions of the reference tables, and the translations."""
    old = [age.edition.table for age in (age_of(edition, today()) for edition in pack.editions()) if age.old]
    bad = f"Old editions: {', '.join(old)}. Run `epione catalogue update`."
    yield _judged("catalogues", not old, "The reference tables are recent.", bad, Level.WARNING)
    stale = [path.parts[-5] for path in stale_catalogues()]
    bad = f"Not compiled: {', '.join(stale)}: run `epione prepare`."
    yield _judged("translations", not stale, "Translations are compiled.", bad, Level.WARNING)


def models(_profile: Profile) -> Iterator[Finding]:
    """The model that the environment names: `mock` is refused outside of the demo, a missing one is told."""
    try:
        named = configured()
    except Expected as refused:
        yield Finding("models", Level.FAILURE, str(refused))
        return
    yield Finding("models", Level.OK, f"Model of the environment: {named.id if named else 'none'}.")


CHECKS: list[Callable[[Profile], Iterator[Finding]]] = [
    configuration,
    keys,
    database,
    indexes,
    ledger,
    transport,
    work,
    backups,
    catalogues,
    models,
]
