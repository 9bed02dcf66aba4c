"""HTML, for the preview in the page and for reading on a screen."""

from base64 import b64encode
from collections.abc import Mapping

from django.template.loader import render_to_string

from epione.documents.domain.content import Content, to_dict

MEDIA = "text/html; charset=utf-8"
EXTENSION = "html"


def fragment(content: Content, pictures: Mapping[str, bytes] | None = None) -> str:
    """The document as a fragment of a page of the kit; `pictures` are PNG by their SHA-256."""
    values = to_dict(content)
    for block in values["blocks"]:
        if block.get("sha256") in (pictures or {}):
            block["src"] = f"data:image/png;base64,{b64encode((pictures or {})[block['sha256']]).decode()}"
    return str(render_to_string("documents/content.html", {"document": values, "on": content.on}))


def render(content: Content, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The document as a page that stands alone, without script or outside style."""
    return render_to_string(
        "documents/standalone.html",
        {"body": fragment(content, pictures), "title": content.title, "lang": content.lang},
    ).encode()
