"""How often a program may call: one bucket per client and hour, by class of client."""

import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from epione.identity.errors import TooManyRequests
from epione.kernel.actor import Actor, ActorKind
from epione.kernel.http.problems import for_program, problem

HOUR = 3600
IMAGES = "/dicom-web/"


def _client(request: HttpRequest) -> tuple[str, str]:
    actor: Actor | None = request.actor  # type: ignore[attr-defined]
    address = f"address:{request.META.get('REMOTE_ADDR', '')}"
    if request.path.endswith("/auth/register"):
        return "registration", address
    if actor is None:
        return "interactive", address
    if request.path.startswith(IMAGES):
        # A viewer asks for hundreds of frames, a modality sends as many objects.
        return getattr(request, "rate_class", "modality"), f"actor:{actor.id}"
    usual = "internal" if actor.kind is ActorKind.SERVICE else "interactive"
    return getattr(request, "rate_class", usual), f"actor:{actor.id}"


def refusal(request: HttpRequest) -> HttpResponse | None:
    """A 429 with `Retry-After` when this client has spent its hour; None while it may go on."""
    if not for_program(request):
        return None
    rate_class, client = _client(request)
    hour, spent = divmod(int(time.time()), HOUR)
    key = f"rate:{rate_class}:{client}:{hour}"
    cache.add(key, 0, timeout=HOUR)
    if cache.incr(key) <= settings.REQUESTS_PER_HOUR[rate_class]:
        return None
    response = problem(request, TooManyRequests(minutes=-(-(HOUR - spent) // 60)))
    response["Retry-After"] = str(HOUR - spent)
    return response
