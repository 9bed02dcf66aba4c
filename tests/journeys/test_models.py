"""Models and analyses in a real browser: their pages fit and are accessible, a finding is judged in place."""

import pytest
from playwright.sync_api import expect

from epione.imaging.models import Series
from epione.imaging.services import analyse_image, analyse_series, receive
from epione.inference.public import enter_shipped, model_of, switch_off
from tests.imaging.synthetic import series

pytestmark = pytest.mark.django_db(transaction=True)

WINDOWS = [("fr", "light", 1440), ("en", "dark", 1440), ("fr", "dark", 360), ("en", "light", 360)]
PAGES = ["/models/", "/models/{model}/", "/imaging/series/{series}/analysis/", "/imaging/images/{image}/analysis/"]


@pytest.fixture
def places(actor, practice):
    """A CT series with a hole, analysed; a model switched off."""
    by, admin = actor("radiologist"), actor("admin")
    files = [one for place, one in enumerate(series(8)) if place != 4]
    images = [outcome.instance_id for outcome in receive(contents=files, source="upload", by=by)]
    found = Series.objects.get()
    analyse_series(series_id=found.id, by=by, told=lambda done, total: None)
    analyse_image(instance_id=images[0], by=by)
    enter_shipped(by=admin)
    model = model_of(practice.id, "chest-symmetry")
    switch_off(model_id=model.id, reason="essai", by=admin)
    return {"model": model.id, "series": found.id, "image": images[0], "by": by, "admin": admin}


@pytest.mark.parametrize(("lang", "theme", "width"), WINDOWS)
def test_pages_of_models_and_analyses_are_accessible_and_fit(visit, client_as, places, lang, theme, width):
    for person, pages in (("admin", PAGES[:2]), ("by", PAGES)):
        window = visit(client=client_as(by=places[person]), lang=lang, theme=theme, width=width)
        for path in pages:
            window.open(path.format(**places))
            expect(window.page.locator("h1")).to_have_count(1)
            window.check()


def test_a_mark_is_judged_in_place(visit, client_as, places):
    page = visit(client=client_as(by=places["by"])).open(f"/imaging/series/{places['series']}/analysis/")
    line = page.locator("li", has_text="Coupes manquantes").first
    line.locator("summary").click()
    line.get_by_role("button", name="Confirmer").click()
    expect(page.locator("li", has_text="Coupes manquantes").first).to_contain_text("confirmé")


def test_an_administrator_switches_a_model_on_again(visit, client_as, places):
    page = visit(client=client_as(by=places["admin"])).open(f"/models/{places['model']}/")
    expect(page.locator("main")).to_contain_text("Ce modèle est arrêté")
    page.get_by_role("button", name="Remettre en service").click()
    expect(page.locator("main")).not_to_contain_text("Ce modèle est arrêté")
