"""The kit in a browser: every component, both themes, four widths, keyboard, and without a script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .browser import Visit

Open = Callable[..., Visit]
WIDTHS = (360, 768, 1024, 1440)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_gallery_is_accessible_in_both_themes_and_four_widths(visit: Open, theme: str, width: int) -> None:
    window = visit(None, theme=theme, width=width)

    window.open("/kit/?patient=several")
    expect(window.page.locator("html")).to_have_attribute("data-theme", theme)
    window.check()


@pytest.mark.parametrize(
    "path", ["/kit/?patient=unknown", "/kit/?evidence=1", "/kit/?emergency=1", "/menu/", "/nowhere/"]
)
def test_the_other_frames_are_accessible(visit: Open, path: str) -> None:
    window = visit(None, width=768)

    window.open(path)
    window.check(expected_complaints=("Failed to load resource",) if path == "/nowhere/" else ())


def test_unknown_allergies_and_unmeasured_values_say_so(visit: Open) -> None:
    banner = visit(None).open("/kit/?patient=unknown").locator("header.patient")

    expect(banner).to_contain_text("Non renseignées")
    expect(banner.get_by_text("non mesuré")).to_have_count(3)


def test_none_of_several_allergies_is_lost(visit: Open) -> None:
    page = visit(None, width=360).open("/kit/?patient=several")

    page.locator("details.als summary").click()

    for name in ("Pénicilline", "Iode", "Latex"):
        expect(page.locator("details.als ul").get_by_text(name)).to_be_visible()


def test_a_citation_opens_in_the_drawer_and_escape_gives_the_focus_back(visit: Open) -> None:
    page = visit(None).open("/kit/")
    chip = page.locator("a.cite").first

    chip.click()
    expect(page.locator("#drawer blockquote")).to_be_visible()
    expect(chip).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")

    expect(page.locator("#drawer")).to_be_empty()
    expect(chip).to_be_focused()
    expect(chip).to_have_attribute("aria-expanded", "false")


def test_findings_are_read_and_decided_with_the_keyboard(visit: Open) -> None:
    page = visit(None).open("/kit/")
    findings = page.locator("li.find-i")

    findings.nth(0).focus()
    page.keyboard.press("j")
    expect(findings.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(findings.nth(0)).to_be_focused()
    page.keyboard.press("e")

    expect(page.locator("dialog#reject")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#reject")).to_be_hidden()


def test_the_combobox_searches_on_the_server_and_is_driven_by_arrows(visit: Open) -> None:
    page = visit(None).open("/kit/")
    box = page.locator("[role=combobox]")

    box.press_sequentially("kardeg")
    expect(page.locator("[role=option]")).to_have_count(3)
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(box).to_have_value("KARDEGIC 160 mg")
    expect(page.locator("[data-combo-value]")).to_have_value("KARDEGIC 160 mg")
    expect(box).to_have_attribute("aria-expanded", "false")


def test_nothing_found_says_what_to_do(visit: Open) -> None:
    page = visit(None).open("/kit/")

    page.locator("[role=combobox]").press_sequentially("zzz")

    expect(page.locator(".lbox")).to_contain_text("Aucun résultat pour «\u00a0zzz\u00a0». Vérifiez l’orthographe")


def test_the_theme_changes_at_once_and_is_remembered(visit: Open) -> None:
    page = visit(None, theme="light").open("/kit/")

    page.get_by_role("button", name="Changer de thème").first.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_language_changes_on_the_same_page(visit: Open) -> None:
    page = visit(None, lang="fr").open("/kit/?patient=1")

    page.get_by_role("button", name="English").first.click()

    expect(page.get_by_role("heading", name="Components")).to_be_visible()
    expect(page.locator("header.patient")).to_be_visible()


def test_news_arrives_as_a_toast_with_its_undo(visit: Open) -> None:
    page = visit(None).open("/kit/")

    page.get_by_role("button", name="Annonce").click()

    expect(page.locator("#toasts")).to_contain_text("Constat écarté.")
    expect(page.locator("#toasts").get_by_role("button", name="Annuler")).to_be_visible()


def test_an_unsent_form_survives_leaving_the_page(visit: Open) -> None:
    page = visit(None).open("/kit/")

    page.locator("#new_remark").fill("à revoir avec le Dr Aubry")
    page.goto("about:blank")
    page.go_back()
    page.reload()

    expect(page.locator("#new_remark")).to_have_value("à revoir avec le Dr Aubry")
    expect(page.locator("#toasts")).to_contain_text("Votre saisie non enregistrée a été retrouvée.")


def test_the_unsent_form_of_one_person_is_not_shown_to_the_next(visit: Open) -> None:
    page = visit(None).open("/kit/")

    page.locator("#new_remark").fill("à revoir avec le Dr Aubry")
    page.goto(page.url.replace("/kit/", "/menu/"))
    page.go_back()
    page.reload()

    expect(page.locator("#new_remark")).to_have_value("")
    kept = page.evaluate("Object.keys(sessionStorage).concat(Object.keys(localStorage))")
    assert [key for key in kept if key.startswith("epione-draft")] == []


def test_without_a_script_evidence_and_theme_still_work(visit: Open, browser: object, live_server: object) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(f"{live_server}/kit/?evidence=1")

    expect(page.locator("#drawer blockquote")).to_be_visible()
    page.get_by_role("button", name="Changer de thème").first.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    context.close()


def test_a_wide_text_spacing_and_a_doubled_zoom_lose_nothing(visit: Open) -> None:
    window = visit(None, width=720, height=450)
    window.open("/kit/?patient=1")

    window.page.evaluate(
        "document.adoptedStyleSheets = [new CSSStyleSheet(), ...document.adoptedStyleSheets];"
        "document.adoptedStyleSheets[0].replaceSync("
        "'*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}')"
    )

    assert window.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    expect(window.page.locator("header.patient .nm")).to_be_visible()


def test_what_stood_in_the_drawer_comes_back_when_the_evidence_closes(visit: Open) -> None:
    page = visit(None).open("/kit/?evidence=1")
    page.evaluate(
        "document.querySelector('#drawer').append(Object.assign(document.createElement('input'), {id: 'mine'}))"
    )
    page.locator("#mine").fill("25")

    page.locator("a.cite").first.click()
    expect(page.locator("#mine")).to_have_count(0)
    with page.expect_response("**/kit/evidence/"):
        page.locator("a.cite").nth(1).click()
    expect(page.locator("#drawer")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator("#mine")).to_have_value("25")


def test_a_printed_page_is_light_and_without_navigation(visit: Open) -> None:
    page = visit(None, theme="dark").open("/kit/?patient=1")

    page.emulate_media(media="print")

    expect(page.locator("aside.nav")).to_be_hidden()
    expect(page.locator("header.patient .nm")).to_have_css("color", "rgb(0, 0, 0)")
    expect(page.locator("main")).to_have_css("overflow", "visible")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_a_form_sent_after_the_session_ended_is_found_again_after_signing_in(visit: Open) -> None:
    page = visit(None).open("/kit/")
    page.route("**/kit/?*remark=*", lambda route: route.fulfill(status=302, headers={"Location": "/sign-in/"}))

    page.locator("#new_remark").fill("à revoir avec le Dr Aubry")
    page.locator("#new_remark").evaluate("field => field.form.requestSubmit()")
    page.wait_for_url("**/sign-in/**")
    page.goto(page.url.split("/sign-in/")[0] + "/kit/")

    expect(page.locator("#new_remark")).to_have_value("à revoir avec le Dr Aubry")


def test_a_form_that_was_accepted_is_not_offered_again(visit: Open) -> None:
    page = visit(None).open("/kit/")

    page.locator("#new_remark").fill("fait")
    page.locator("#new_remark").evaluate("field => field.form.requestSubmit()")
    page.wait_for_url("**/kit/?*remark=fait*")

    expect(page.locator("#new_remark")).to_have_value("")
