"""Triggers that refuse any change of a row written once, whoever holds the connection.

Rows of a practice that leaves are deleted with the practice, so deletion stays possible for the owner of the database;
the ledger keeps the entry of each.
"""

from typing import Any, Final

FROZEN: Final = ("modelversion", "deployment", "answer", "verdict")


def install(connection: Any) -> None:
    """Create the triggers."""
    for table in FROZEN:
        for statement in _statements(connection.vendor, f"inference_{table}"):
            _execute(connection, statement)


def remove(connection: Any) -> None:
    """Drop the triggers (before a table is rebuilt by a migration)."""
    for table in FROZEN:
        on = f" ON inference_{table}" if connection.vendor == "postgresql" else ""
        _execute(connection, f"DROP TRIGGER IF EXISTS inference_{table}_no_update{on}")


def _statements(vendor: str, table: str) -> list[str]:
    name, refusal = f"{table}_no_update", f"{table} is written once"
    body = f"BEGIN RAISE EXCEPTION '{refusal}'; END"
    if vendor == "sqlite":
        return [f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"]
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def _execute(connection: Any, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
