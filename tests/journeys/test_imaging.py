"""A radiologist sends, reads, measures, masks and links images in a real browser; every page holds what a page must."""

from datetime import date

import pytest

from epione.imaging import queries, services
from epione.imaging.models import Instance, InstanceState, Measure, Study
from epione.ledger.public import verify
from epione.patients.domain.record import Identity, Sex
from epione.patients.public import create_patient
from tests.imaging.synthetic import encoded, image, series, ultrasound

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = {
    "fr": {"send": "Envoyer", "release": "J’ai vérifié", "link": "Rattacher", "show": "Afficher l’identité",
           "analyse": "Analyser cette image"},
    "en": {"send": "Send", "release": "I looked", "link": "Link", "show": "Show the identity",
           "analyse": "Analyse this image"},
}  # fmt: skip


def until(page, said, seconds=10):
    """Wait until an expression is true; the policy of the page forbids that it evaluates one by itself."""
    for _try in range(seconds * 10):
        if page.evaluate(said):
            return
        page.wait_for_timeout(100)
    raise AssertionError(said)


@pytest.fixture
def radiologist(actor):
    return actor("radiologist")


@pytest.fixture
def elodie(actor):
    identity = Identity("Élodie", "Martin", date(1961, 3, 5), Sex.FEMALE)
    return create_patient(identity=identity, by=actor("physician"))


@pytest.fixture
def stack(radiologist):
    """A series of nine slices and the one from a year before."""
    before, *_others = services.receive(
        contents=series(9, lambda made, _n: setattr(made, "StudyDate", "20250214")), source="upload", by=radiologist
    )
    now, *_others = services.receive(contents=series(9), source="upload", by=radiologist)
    return now, before


@pytest.mark.parametrize(("lang", "theme"), [("fr", "light"), ("en", "dark")])
def test_from_the_sent_files_to_the_linked_examination(visit, client_as, radiologist, elodie, lang, theme):
    words = WORDS[lang]
    window = visit(client=client_as(by=radiologist), lang=lang, theme=theme)
    page = window.open("/imaging/send/")
    window.check()
    files = [*series(5), encoded(ultrasound()), b"not an image" * 40]
    sent = [{"name": f"{n}.dcm", "mimeType": "application/dicom", "buffer": one} for n, one in enumerate(files)]
    page.set_input_files("#files", sent)
    page.click(f"form[data-sending] button:has-text('{words['send']}')")
    until(page, "document.querySelectorAll('#sent .tag').length === 7", seconds=60)
    assert page.locator("#sent .tag.ad").count() == 1
    assert page.locator("#sent .tag.pe").count() == 1
    window.check(expected_complaints=("Failed to load resource",))
    _read(page, window)
    _release(page, window, words)
    page.goto(f"{window.base}/imaging/studies/{Study.objects.get(series_count__gte=0, modalities='CT').id}/record/")
    page.fill("main input[name=q]", "Martin")
    page.keyboard.press("Enter")
    page.click(f"table button:has-text('{words['link']}')")
    page.wait_for_selector(".viewer")
    page.click("a[href$='/identity/']")
    page.fill("[name=reason]", "Rapprochement")
    page.click(f"button:has-text('{words['show']}')")
    page.wait_for_selector("dl.kv")
    assert "MARTIN Élodie" in page.inner_text("dl.kv")
    window.check(expected_complaints=("Failed to load resource",))
    assert queries.study_row(Study.objects.select_related("subject").get(modalities="CT")).patient_id == elodie.id
    assert verify().sound


def _read(page, window):
    """Open, scroll, window, measure."""
    page.click("#sent a >> nth=0")
    page.wait_for_selector(".viewer .vp img")
    page.focus(".vp")
    place = page.inner_text(".film [data-slice-of]")
    page.keyboard.press("ArrowDown")
    until(page, f"document.querySelector('.film [data-slice-of]').textContent !== '{place}'")
    page.keyboard.press("2")
    until(page, "document.querySelector('[data-window]').textContent.includes('500')")
    page.keyboard.press("l")
    page.wait_for_selector("[data-tool=length][aria-pressed=true]")
    box = page.locator(".vp").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 120, middle[1], steps=4)
    page.mouse.up()
    page.wait_for_selector("#measured button")
    [made] = Measure.objects.all()
    assert made.kind == "length"
    window.check(expected_complaints=("Failed to load resource",))


def _release(page, window, words):
    """Draw a region over the text, then release the image."""
    page.goto(window.base + "/imaging/waiting/")
    window.check(expected_complaints=("Failed to load resource",))
    page.click("tbody a >> nth=0")
    page.wait_for_selector(".masking img")
    window.check(expected_complaints=("Failed to load resource",))
    box = page.locator(".masking").bounding_box()
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60, steps=4)
    page.mouse.up()
    until(page, "document.querySelector('input[name=mask]').value !== ''")
    page.click(f"button:has-text('{words['release']}')")
    page.wait_for_url("**/imaging/waiting/")
    assert Instance.objects.filter(state=InstanceState.WAITING).count() == 0


def test_comparing_aligns_slices_magnifies_and_goes_with_the_keyboard(visit, client_as, radiologist, stack):
    now, before = stack
    window = visit(client=client_as(by=radiologist))
    page = window.open(f"/imaging/studies/{now.study_id}/?n=3&compare={before.study_id}")
    page.wait_for_selector(".mags:not([hidden]) image[href]")
    window.check()
    page.focus(".vp >> nth=0")
    page.keyboard.press("End")
    until(page, "document.querySelectorAll('.vps [data-slice-of]')[1].textContent.includes('9 / 9')")
    page.keyboard.press("g")
    page.wait_for_selector(".mags", state="hidden")
    page.keyboard.press("i")
    until(page, "document.querySelector('.vp img').src.includes('invert=1')")
    page.keyboard.press("0")
    until(page, "!document.querySelector('.vp img').src.includes('invert=1')")


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (360, "dark"), (768, "light"), (1024, "dark")])
def test_pages_of_imaging_fit_narrow_screens(visit, client_as, radiologist, elodie, stack, width, theme):
    now, before = stack
    services.link_study(study_id=now.study_id, patient_id=elodie.id, by=radiologist)
    [waits] = services.receive(contents=[encoded(ultrasound())], source="upload", by=radiologist)
    services.receive(contents=[encoded(image())[:1500]], source="upload", by=radiologist)
    window = visit(client=client_as(by=radiologist), width=width, theme=theme)
    for path in (
        "", "send/", "waiting/", f"waiting/{waits.instance_id}/", "refusals/", "dashboard/",
        f"studies/{now.study_id}/", f"studies/{now.study_id}/?compare={before.study_id}",
        f"studies/{now.study_id}/record/", f"studies/{now.study_id}/identity/", f"patients/{elodie.id}/",
        f"images/{now.instance_id}/header/",
    ):  # fmt: skip
        window.open(f"/imaging/{path}")
        window.check()


def test_an_attribute_is_found_among_those_of_a_header(visit, client_as, radiologist, stack):
    window = visit(client=client_as(by=radiologist))
    page = window.open(f"/imaging/images/{stack[0].instance_id}/header/")
    page.fill("#attribute", "pixelspacing")
    until(page, "[...document.querySelectorAll('#attributes tbody tr')].filter(row => !row.hidden).length === 1")


@pytest.mark.parametrize(("lang", "theme"), [("fr", "dark"), ("en", "light")])
def test_the_administrator_follows_imaging_and_sets_the_rules(visit, client_as, actor, radiologist, stack, lang, theme):
    admin = actor("admin")
    window = visit(client=client_as(by=admin), lang=lang, theme=theme)
    page = window.open("/imaging/dashboard/")
    window.check()
    page.check("input[name=policy][value=full-dates]")
    page.click("main form button[type=submit], main form .btn.pri")
    page.wait_for_selector("input[name=policy][value=full-dates]:checked")
    assert services.reception_of(admin.practice_id).policy == "full-dates"
