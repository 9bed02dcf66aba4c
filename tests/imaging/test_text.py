"""Text burned in pixels: found where the machine can look, proposed to the person who decides, never decided for her."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from pydicom.uid import DigitalXRayImageStorageForPresentation

from epione.imaging.models import Instance, InstanceState, Study
from epione.imaging.providers import ocr
from epione.imaging.queries import text_boxes
from epione.imaging.services import Received, receive, release_image
from epione.imaging.services.seeking import seek_text
from epione.kernel.actor import Actor
from epione.kernel.jobs import run_pending

from .synthetic import encoded, image

pytestmark = pytest.mark.django_db
TABLE = """level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext
1\t1\t0\t0\t0\t0\t0\t0\t640\t480\t-1\t
5\t1\t1\t1\t1\t1\t20\t30\t100\t18\t93.2\tMARTIN
5\t1\t1\t1\t1\t2\t130\t30\t60\t18\t12.0\tELODIE
5\t1\t1\t1\t2\t1\t2\t3\t10\t8\t88.0\t|.
"""


def test_only_words_that_are_read_with_some_certainty_count() -> None:
    assert ocr.boxes_of(TABLE) == [ocr.Box(16, 26, 108, 26)]
    assert ocr.boxes_of("") == []


def radiograph(text: str) -> bytes:
    """A radiograph whose header says that nothing is burned in."""
    drawing = Image.new("L", (640, 480), 0)
    if text:
        font = ImageFont.load_default(size=36)
        ImageDraw.Draw(drawing).text((40, 30), text, fill=255, font=font)
    cells = np.asarray(drawing, dtype="<u2") * 16
    made = image(SOPClassUID=DigitalXRayImageStorageForPresentation, Modality="DX", BurnedInAnnotation="NO")
    made.Rows, made.Columns, made.PixelData = 480, 640, cells.tobytes()
    made.RescaleIntercept, made.WindowCenter, made.WindowWidth = 0, 2048, 4096
    return encoded(made)


needs_tesseract = pytest.mark.skipif(not ocr.available(), reason="tesseract is not installed")


@needs_tesseract
def test_a_name_in_the_pixels_holds_the_image_back_and_says_where_it_stands(
    actor: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    by = actor("radiologist")
    [outcome] = receive(contents=[radiograph("MARTIN Elodie")], source="upload", by=by)
    assert isinstance(outcome, Received)
    assert outcome.how == "received"
    assert seek_text(instance_id=outcome.instance_id, by=by) > 0
    row = Instance.objects.select_related("series__study").get(id=outcome.instance_id)
    assert (row.state, row.reasons) == (InstanceState.WAITING, ["text_found"])
    assert Study.objects.get().waiting_count == 1
    left, top, width, height = text_boxes(row)[0]
    assert left < 60 and top < 45 and left + width > 150 and top + height > 50
    released = release_image(instance_id=row.id, masks=[], by=by)
    assert released.state == InstanceState.CLEAN
    assert seek_text(instance_id=row.id, by=by) > 0
    assert Instance.objects.get(id=row.id).state == InstanceState.CLEAN  # a person has decided


@needs_tesseract
def test_an_image_without_text_stays_as_it_is(actor: Callable[..., Actor]) -> None:
    by = actor("radiologist")
    [outcome] = receive(contents=[radiograph("")], source="upload", by=by)
    assert isinstance(outcome, Received)
    assert seek_text(instance_id=outcome.instance_id, by=by) == 0
    assert Instance.objects.get(id=outcome.instance_id).state == InstanceState.CLEAN


@needs_tesseract
@pytest.mark.django_db(transaction=True)
def test_text_is_looked_for_after_reception_in_what_is_no_reconstruction(actor: Callable[..., Actor]) -> None:
    from epione.kernel.events.dispatch import deliver_pending

    by = actor("radiologist")
    receive(contents=[radiograph("MARTIN Elodie"), encoded(image())], source="upload", by=by)
    deliver_pending()
    run_pending()
    assert Instance.objects.filter(state=InstanceState.WAITING).count() == 1
    assert Instance.objects.filter(state=InstanceState.CLEAN).count() == 1
