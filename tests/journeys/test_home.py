"""The home page: what waits for each role, and the one search field."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from epione.kernel.kit import home, search

from .browser import Visit

Open = Callable[..., Visit]


@pytest.fixture(autouse=True)
def sample_source(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(search, "_sources", {})
    monkeypatch.setattr(home, "_sentences", {"sample": lambda _actor: "Sept revues en cours."})
    search.register(
        search.Source(
            "drugs", "Médicaments", "pill", lambda _a, text: [search.Hit(((text, True),), "/kit/")] * ("kard" in text)
        )
    )
    return


@pytest.mark.parametrize(("lang", "hello"), [("fr", "Bon"), ("en", "")])
@pytest.mark.parametrize("width", [360, 1440])
def test_each_person_finds_her_page(visit: Open, lang: str, hello: str, width: int) -> None:
    window = visit("pharmacist", lang=lang, width=width)

    window.open("/")

    expect(window.page.locator("h1")).to_contain_text("Camille")
    expect(window.page.locator("h1")).to_contain_text(hello)
    expect(window.page.locator(".sub")).to_have_text("Sept revues en cours.")
    window.check()


@pytest.mark.parametrize("role", ["pharmacist", "physician", "nurse", "secretary", "admin", "surgeon", "radiologist"])
def test_no_role_meets_a_broken_page(visit: Open, role: str) -> None:
    window = visit(role, theme="dark", width=1024)

    window.open("/")

    expect(window.page.get_by_role("link", name="Accueil")).to_have_attribute("aria-current", "page")
    window.check()


def test_a_stranger_is_asked_to_sign_in(visit: Open) -> None:
    page = visit(None).open("/")

    assert "/sign-in/" in page.url


def test_the_search_field_takes_one_key_and_says_what_it_found(visit: Open) -> None:
    window = visit("pharmacist")
    page = window.open("/")

    page.keyboard.press("/")
    page.keyboard.type("kardegic")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Médicaments")).to_be_visible()
    expect(page.locator(".hits a")).to_have_count(1)
    window.check()


def test_a_search_without_a_result_says_what_to_do(visit: Open) -> None:
    page = visit("pharmacist").open("/search/?q=zzz")

    expect(page.locator(".empty")).to_contain_text("Aucun résultat pour «\u00a0zzz\u00a0». Vérifiez l’orthographe")
