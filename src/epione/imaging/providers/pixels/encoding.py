"""Pictures as JPEG, by Pillow."""

from io import BytesIO

from PIL import Image

from epione.imaging.domain.pixels.layout import Array


def jpeg(image: Array, quality: int) -> bytes:
    """A JPEG file of an 8-bit grey or RGB image; `quality` 1 to 95."""
    out = BytesIO()
    Image.fromarray(image).save(out, "JPEG", quality=min(max(quality, 1), 95))
    return out.getvalue()
