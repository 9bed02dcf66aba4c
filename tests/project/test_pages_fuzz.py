"""Every page with strange values in its questions and forms, on things that exist: refused or read, never a fault."""

from typing import Any

import pytest
from django.db import transaction

from .test_isolation import BASE, BODY, Sides, _filled, addresses, sides  # noqa: F401 -- the fixture

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
STRANGE = ["a\0b", "-1", "1e999", "9" * 400, "é" * 9000, "2026-02-30", "{"]
PAGES = sorted({(method, path) for method, path in addresses() if not path.startswith(BASE)})
QUESTIONS = ("q", "page", "size", "kind", "state", "since", "until", "view", "action", "person", "patient", "text", "name",
             "drugs", "posology", "format", "year", "month", "programme", "next", "unit", "value", "on")  # fmt: skip


@pytest.mark.parametrize("strange", STRANGE, ids=range(len(STRANGE)))
def test_no_page_fails_on_a_strange_value(strange: str, sides: Sides) -> None:  # noqa: F811 -- the fixture
    failed = []
    for method, path in PAGES:
        address = _filled(path, sides.own)
        with transaction.atomic():
            fields: dict[str, Any] = dict.fromkeys([*QUESTIONS, *BODY], strange)
            answer = sides.client.get(address, fields) if method == "GET" else sides.client.post(address, fields)
            if answer.status_code >= 500:
                failed.append((method, path))
            transaction.set_rollback(True)
    assert failed == [], "\n".join(map(str, failed))
