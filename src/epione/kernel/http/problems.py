"""One renderer for every error: problem details (RFC 9457) on the API, a page or a fragment for people."""

import logging
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from epione.kernel.context import current_origin
from epione.kernel.errors import Expected, Forbidden, Invalid, NotFound

PROGRAMS = ("/api/", "/fhir/", "/dicom-web/")
"""Addresses whose callers are programs."""

logger = logging.getLogger(__name__)


class Refused(Expected):
    """The request itself cannot be read."""

    code = "bad-request"
    sentence = gettext_lazy("This request cannot be read.")


class WrongMethod(Expected):
    """The address exists and does not take this method."""

    status = 405
    code = "method-not-allowed"
    sentence = gettext_lazy("This address does not take this method.")


class NoPage(NotFound):
    """No page has this address."""

    sentence = gettext_lazy("The link may be old. Search for the patient, or start again from the home page.")


class StaleForm(Expected):
    """The form was opened in another session, or its cookie is gone."""

    status = 403
    code = "stale-form"
    sentence = gettext_lazy("This form is too old to be accepted. Go back, reload the page and send it again.")


def reference() -> str:
    """The short number that a person reads aloud, made of the end of the correlation id: 7F3A-20C1."""
    tail = current_origin().correlation_id.replace("-", "")[-8:].upper()
    return f"{tail[:4]}-{tail[4:]}" if tail else ""


def problem_details(status: int, code: str, sentence: str, **more: Any) -> JsonResponse:
    """An answer of type `application/problem+json`; `code` is stable, `sentence` is for people."""
    body = {"type": f"urn:epione:problem:{code}", "title": sentence, "status": status, "code": code, "detail": sentence}
    body["correlation_id"] = current_origin().correlation_id
    response = JsonResponse({**body, **more}, status=status, content_type="application/problem+json")
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="epione"'
    return response


def for_program(request: HttpRequest) -> bool:
    """Whether the caller reads JSON rather than pages."""
    return request.path.startswith(PROGRAMS)


def problem(request: HttpRequest, error: Expected) -> HttpResponse:
    """The answer to an expected error, in the form that the caller reads."""
    sentence = str(error.sentence) % error.facts
    if for_program(request):
        return problem_details(error.status, error.code, sentence, instance=request.path, **_more(error))
    context = {"sentence": sentence, "status": error.status, "reference": reference()}
    if isinstance(error, Invalid):
        context["fields"] = error.fields
    return _shown(request, "kit/problem.html", context)


def _shown(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page, or for HTMX a note at the head of the page that is open."""
    if not request.headers.get("HX-Request"):
        return render(request, template, context, status=context["status"])
    response = render(request, "kit/problem_note.html", context, status=context["status"])
    response["HX-Retarget"], response["HX-Reswap"] = "#problem", "innerHTML"
    return response


def _more(error: Expected) -> dict[str, Any]:
    more = {name: value for name, value in error.facts.items() if isinstance(value, str | int | float | list | dict)}
    if isinstance(error, Invalid):
        more["errors"] = error.fields
    return more


def unexpected(request: HttpRequest) -> HttpResponse:
    """The answer to a fault of ours (Django's `handler500`): the reference under which it stands in the logs."""
    sentence = _(
        "An error occurred on our side. Check whether your last action was recorded before you repeat it, "
        "and give this reference to your administrator."
    )
    if for_program(request):
        return problem_details(500, "fault", sentence, instance=request.path)
    context = {"sentence": sentence, "status": 500, "reference": reference(), "language": get_language() or "fr"}
    return _shown(request, "kit/problem_bare.html", context)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django names it
    """Django's `handler404`."""
    return problem(request, NotFound() if for_program(request) else NoPage())


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django names it
    """Django's `handler403`."""
    return problem(request, Forbidden())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django names it
    """Django's `handler400`."""
    return problem(request, Refused())


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's `CSRF_FAILURE_VIEW`; the technical reason goes to the log."""
    logger.warning("Refused a form: %s", reason)
    return problem(request, StaleForm())


class ProblemMiddleware:
    """Turns expected errors into answers; unexpected ones are logged with their correlation id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != WrongMethod.status or not for_program(request):
            return response
        told = problem(request, WrongMethod())
        told["Allow"] = response.get("Allow", "")
        return told

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for what is expected; the rest goes its way to the log and to `handler500`."""
        if isinstance(exception, Expected):
            return problem(request, exception)
        if isinstance(exception, Http404):
            return problem(request, NotFound())
        facts = {"reference": reference(), "correlation_id": current_origin().correlation_id}
        logger.error(
            "Unexpected error, reference %(reference)s, correlation %(correlation_id)s", facts, exc_info=exception
        )
        return None
