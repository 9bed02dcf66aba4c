"""Triggers that keep the ledger's tables append-only, whoever holds the connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection as default_connection

FROZEN = ("ledger_node", "ledger_shredding", "ledger_checkpoint")
"""Tables whose rows are written once and stay."""

_INDEXING = (
    "OLD.leaf_index IS NULL AND NEW.leaf_index IS NOT NULL AND NEW.id = OLD.id AND NEW.leaf = OLD.leaf "
    "AND NEW.practice_id = OLD.practice_id AND NEW.action = OLD.action AND NEW.actor_id = OLD.actor_id "
    "AND NEW.at = OLD.at"
)
_SHREDDED = "EXISTS (SELECT 1 FROM ledger_shredding s WHERE s.entry_id = OLD.entry_id)"

RULES: tuple[tuple[str, str, str], ...] = (
    ("ledger_entry", "UPDATE", _INDEXING),
    ("ledger_entry", "DELETE", ""),
    ("ledger_detail", "UPDATE", ""),
    ("ledger_detail", "DELETE", _SHREDDED),
    *((table, act, "") for table in FROZEN for act in ("UPDATE", "DELETE")),
)
"""Table, act, and the one condition under which the act is allowed."""


def install(connection: Any) -> None:
    """Create the triggers."""
    for table, act, allowed in RULES:
        for statement in _statements(connection.vendor, table, act, allowed):
            _execute(connection, statement)


def remove(connection: Any) -> None:
    """Drop the triggers (before a table is rebuilt by a migration)."""
    for table, act, _ in RULES:
        on = f" ON {table}" if connection.vendor == "postgresql" else ""
        _execute(connection, f"DROP TRIGGER IF EXISTS {_name(table, act)}{on}")


@contextmanager
def lifted() -> Iterator[None]:
    """Without the triggers: for a test database that is emptied."""
    remove(default_connection)
    try:
        yield
    finally:
        install(default_connection)


def installed(connection: Any) -> set[str]:
    """Names of our triggers that are there."""
    query = "SELECT tgname FROM pg_trigger" if connection.vendor == "postgresql" else "SELECT name FROM sqlite_master"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()} & expected()


def expected() -> set[str]:
    """Names of the triggers that must be there."""
    return {_name(table, act) for table, act, _ in RULES}


def _name(table: str, act: str) -> str:
    return f"{table}_no_{act.lower()}"


def _statements(vendor: str, table: str, act: str, allowed: str) -> list[str]:
    name = _name(table, act)
    when = f"WHEN (NOT ({allowed}))" if allowed else ""
    refusal = f"{table} is append-only"
    if vendor == "sqlite":
        return [f"CREATE TRIGGER {name} BEFORE {act} ON {table} {when} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"]
    test = f"IF {allowed} THEN RETURN {'NEW' if act == 'UPDATE' else 'OLD'}; END IF;" if allowed else ""
    body = f"BEGIN {test} RAISE EXCEPTION '{refusal}'; END"
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def _execute(connection: Any, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
