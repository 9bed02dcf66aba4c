"""Short news after an action: what happened, and how to undo it. Never for an error that needs action."""

import json

from django.http import HttpResponse


def toast(response: HttpResponse, text: str, undo_url: str = "") -> HttpResponse:
    """Have this answer to an HTMX request raise a toast; with `undo_url`, a button posts there."""
    detail = {"text": text, "undo": undo_url} if undo_url else {"text": text}
    return _trigger(response, {"toast": detail})


def say(response: HttpResponse, text: str) -> HttpResponse:
    """Have this answer spoken in the live region."""
    return _trigger(response, {"say": text})


def _trigger(response: HttpResponse, events: dict[str, object]) -> HttpResponse:
    known = json.loads(response.headers.get("HX-Trigger", "{}"))
    response["HX-Trigger"] = json.dumps(known | events)
    return response
