"""Time spent on a step, measured by the server in the session: idle stretches beyond five minutes do not count."""

from uuid import UUID

from django.http import HttpRequest

from epione.kernel import clock
from epione.medication_reviews.domain.pathway import Step

LONGEST_STRETCH = 300


def _key(review_id: UUID, step: Step) -> str:
    return f"time:{review_id}:{step.value}"


def begin(request: HttpRequest, review_id: UUID, step: Step) -> None:
    """Count the time since the last page of this step."""
    now = clock.now().timestamp()
    total, last = request.session.get(_key(review_id, step), (0, now))
    request.session[_key(review_id, step)] = (total + min(now - last, LONGEST_STRETCH), now)


def spent(request: HttpRequest, review_id: UUID, step: Step) -> int:
    """Seconds of work on the step until now."""
    begin(request, review_id, step)
    total, _last = request.session[_key(review_id, step)]
    return int(total)
