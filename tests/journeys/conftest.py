"""Fixtures of the journeys: a signed-in person in a real browser, in a language, a theme and a width."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, sync_playwright

from .browser import Visit, chromium, launch, watch


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is a journey, and is skipped aloud where no browser is."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)
            if not chromium():
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The browser of the machine, once for all journeys."""
    # Playwright runs an event loop in this thread, where Django would refuse its own database calls.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        running = launch(playwright)
        yield running
        running.close()


@pytest.fixture
def visit(browser: Browser, live_server: object, client_as: Callable[..., Client]) -> Iterator[Callable[..., Visit]]:
    """Opens windows: `visit("pharmacist", lang="en", theme="dark", width=360)`; `visit(None)` is a stranger's."""
    opened: list[Visit] = []

    def open_window(
        role: str | None = "pharmacist",
        *,
        lang: str = "fr",
        theme: str = "light",
        width: int = 1440,
        height: int = 900,
        client: Client | None = None,
    ) -> Visit:
        base = str(live_server)
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale={"fr": "fr-FR"}.get(lang, "en-GB"), base_url=base
        )
        cookies = [{"name": "epione_theme", "value": theme, "url": base}]
        cookies.append({"name": settings.LANGUAGE_COOKIE_NAME, "value": lang, "url": base})
        if role or client:
            session = (client or client_as(role)).cookies[settings.SESSION_COOKIE_NAME].value
            cookies.append({"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base})
        context.set_default_timeout(10_000)
        context.add_cookies(cookies)  # type: ignore[arg-type]
        window = Visit(context.new_page(), context, base)
        watch(window.page, window.complaints)
        opened.append(window)
        return window

    yield open_window
    for window in opened:
        window.context.close()
