"""What every page needs: navigation, who is signed in, the practice."""

from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of the base template."""
    return {"actor": getattr(request, "actor", None)}
