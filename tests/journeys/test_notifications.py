"""Notifications, erasures and the spool in a real browser."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import expect

from epione.identity.services import break_glass
from epione.kernel.actor import Actor
from epione.kernel.events import deliver_pending
from epione.notifications.services import send_message
from epione.patients.public import FactKind, Identity, NewFact, add_facts, create_patient

from .browser import Visit

Open = Callable[..., Visit]
WIDTHS = [(1440, "light"), (360, "dark")]


def _keep(window: Visit, name: str) -> None:
    """A picture of the page where the person who runs the tests asks for it."""
    if folder := os.environ.get("EPIONE_SHOTS"):
        window.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.fixture
def told(actor: Callable[..., Actor]) -> dict[str, Any]:
    """An administrator and an auditor who have something to read, and two records."""
    head, auditor, nurse, by = actor("admin"), actor("auditor"), actor("nurse"), actor()
    break_glass(reason="Patiente inconsciente, allergies", by=nurse)
    deliver_pending()
    send_message(text="Réunion de l’équipe à midi", roles=["auditor"], by=head)
    full = create_patient(identity=Identity("Jeanne", "Vasseur", date(1942, 3, 12)), by=by)
    fact = NewFact(FactKind.ALLERGY, {"substance": "Pénicilline", "reaction": "Œdème"}, date(2009, 1, 1))
    add_facts(patient_id=full.id, facts=[fact], by=by)
    empty = create_patient(identity=Identity("Marc", "Aubry", date(1950, 5, 1)), by=by)
    return {"auditor": auditor, "full": full, "empty": empty}


@pytest.mark.parametrize(("width", "theme"), WIDTHS)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_pages_hold(
    visit: Open, client_as: Callable[..., Client], told: dict[str, Any], width: int, theme: str, lang: str
) -> None:
    window = visit(client=client_as(by=told["auditor"]), lang=lang, theme=theme, width=width)
    for path, name in (
        ("/notifications/", "notifications"),
        ("/notifications/preferences/", "preferences"),
        ("/patients/erasures/", "erasures"),
        ("/ledger/", "ledger"),
    ):
        window.open(path)
        window.check()
        _keep(window, f"{name}-{lang}-{width}")
    for which in ("full", "empty"):
        window.open("/patients/erasures/")
        window.page.locator("#id_number").fill(told[which].identity.medical_id)
        window.page.keyboard.press("Enter")
        window.page.wait_for_url("**/weigh/")
        window.check()
        _keep(window, f"erasure-{which}-{lang}-{width}")


def test_the_bell_leads_to_what_waits_and_forgets_it(
    visit: Open, client_as: Callable[..., Client], told: dict[str, Any]
) -> None:
    window = visit(client=client_as(by=told["auditor"]), lang="en")
    window.open("/ledger/")
    bell = window.page.get_by_role("link", name="Notifications, 2 unread")
    bell.click()
    window.page.get_by_role("link", name="opened an emergency access").click()
    window.page.wait_for_url("**/break-glass/")
    expect(window.page.get_by_role("link", name="Notifications, 1 unread")).to_be_visible()
    window.open("/notifications/")
    window.page.get_by_role("button", name="Mark all as read").click()
    expect(window.page.get_by_role("link", name="Notifications, 0 unread")).to_be_visible()
    window.check()
