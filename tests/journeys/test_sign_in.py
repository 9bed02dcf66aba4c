"""The way in, in a real browser: password, passkey, the screen that closes, and the API's own pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Page, expect

from epione.identity.public import PracticeFacts, create_user

from .browser import Visit

Open = Callable[..., Visit]
PASSWORD = "tilleul-marjolaine-49"


@pytest.fixture
def camille(practice: PracticeFacts, live_server: Any) -> str:
    create_user(
        practice_id=practice.id,
        username="camille.rey",
        password=PASSWORD,
        roles=["pharmacist"],
        first_name="Camille",
        last_name="Rey",
    )
    return "camille.rey"


def with_authenticator(window: Visit) -> None:
    """A device that holds passkeys and answers for its owner."""
    protocol = window.context.new_cdp_session(window.page)
    protocol.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    protocol.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def enter(page: Page, username: str) -> None:
    page.fill("#id_login", username)
    page.fill("#id_password", PASSWORD)
    page.click("button.pri")


@pytest.mark.parametrize(("lang", "title"), [("fr", "Se connecter"), ("en", "Sign in")])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_sign_in_page_is_sound(visit: Open, camille: str, lang: str, title: str, theme: str, width: int) -> None:
    window = visit(None, lang=lang, theme=theme, width=width)
    window.open("/sign-in/")
    expect(window.page.locator("h1")).to_have_text(title)
    window.check()


def test_the_first_sign_in_adds_a_passkey_that_then_signs_in_alone(visit: Open, camille: str) -> None:
    window = visit(None)
    with_authenticator(window)
    # A passkey belongs to a name of host, and an address of numbers is none.
    window.base = window.base.replace("127.0.0.1", "localhost")
    page = window.open("/sign-in/?next=/account/")
    enter(page, camille)
    page.wait_for_url("**/account/second-factor/")
    window.check()
    page.click("a.btn.pri")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/")
    assert page.locator("ul.mono li").count() == 10
    page.goto(window.base + "/account/factors/")
    window.check()

    page.locator("form[action='/sign-out/'] button").first.click()
    page.goto(window.base + "/sign-in/?next=/account/")
    page.click("#passkey_login")
    page.wait_for_url("**/account/")
    expect(page.locator("h1")).to_have_text("Mon compte")
    window.check()

    # The passkey also answers when the screen was closed.
    page.goto(window.base + "/sign-in/lock/?next=/account/")
    expect(page.locator("h1")).to_have_text("Session fermée")
    window.check()
    page.click("text=Clé d’accès")
    page.click("#mfa_webauthn_reauthenticate")
    page.wait_for_url("**/account/")


def test_an_abandoned_screen_closes_itself(visit: Open, settings: Any) -> None:
    settings.IDLE_SECONDS = 8
    window = visit("pharmacist")
    window.open("/account/")
    window.page.wait_for_url("**/account/confirm/**", timeout=40_000)
    expect(window.page.locator("h1")).to_have_text("Session fermée")


def test_a_form_in_hand_survives_the_end_of_the_session(visit: Open, camille: str, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    window = visit(None)
    page = window.open("/sign-in/?next=/practice/people/new/")
    get_user_model().objects.get(username=camille).memberships.update(roles=["admin"])
    enter(page, camille)
    page.wait_for_url("**/people/new/")
    for name, value in {
        "first_name": "Inès",
        "last_name": "Garcia",
        "username": "ines",
        "email": "i@example.org",
    }.items():
        page.fill(f"[name={name}]", value)
    page.check("[value=nurse]")

    settings.IDLE_SECONDS = 0
    page.click("form.sheet button.pri")
    page.wait_for_url("**/account/confirm/**")
    expect(page.locator(".note").first).to_contain_text("Votre saisie est gardée")
    settings.IDLE_SECONDS = 900
    page.fill("#id_password", PASSWORD)
    page.click("button.pri")
    page.wait_for_url("**/sign-in/resume/")
    window.check()
    page.click("button.pri")
    expect(page.locator("h1")).to_have_text("Inès Garcia")


@pytest.mark.parametrize("path", ["/practice/people/", "/practice/people/new/", "/practice/break-glass/"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_of_the_administrator_are_sound(visit: Open, path: str, theme: str) -> None:
    window = visit("admin", theme=theme)
    window.open(path)
    window.check()


@pytest.mark.parametrize("path", ["/emergency-access/", "/account/", "/account/password/", "/account/factors/"])
@pytest.mark.parametrize("width", [360, 1440])
def test_pages_of_my_account_are_sound(visit: Open, path: str, width: int) -> None:
    window = visit("pharmacist", width=width)
    window.open(path)
    window.check()


@pytest.mark.parametrize(("path", "shown"), [("/docs", ".opblock"), ("/redoc", "#redoc h1")])
def test_the_documentation_runs_under_the_policy(visit: Open, path: str, shown: str) -> None:
    window = visit("pharmacist")
    window.open(path)
    expect(window.page.locator(shown).first).to_be_visible(timeout=20_000)
    assert window.complaints == []
