"""Who acts in this request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from epione.identity.queries import actor_of


class ActorMiddleware:
    """Sets `request.actor` from the session; None for a stranger."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.actor = actor_of(user) if user.is_authenticated else None  # type: ignore[attr-defined]
        return self.get_response(request)
