"""HTML, for the preview in the page and for reading on a screen."""

from django.template.loader import render_to_string

from epione.documents.domain.content import Content, to_dict

MEDIA = "text/html; charset=utf-8"
EXTENSION = "html"


def fragment(content: Content) -> str:
    """The document as a fragment of a page of the kit."""
    return str(render_to_string("documents/content.html", {"document": to_dict(content), "on": content.on}))


def render(content: Content) -> bytes:
    """The document as a page that stands alone, without script or outside style."""
    return render_to_string(
        "documents/standalone.html", {"body": fragment(content), "title": content.title, "lang": content.lang}
    ).encode()
