"""The API: every module's router under /api/v1, its errors, its documentation pages."""

from importlib import import_module
from importlib.util import find_spec

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.errors import HttpError, ValidationError

from epione.identity.public import api_auth
from epione.kernel.errors import Expected, NotFound
from epione.kernel.http import jobs
from epione.kernel.http.problems import Refused, problem, problem_details

from .openapi import DescribedAPI, StrictParser

MODULES: dict[str, str] = {
    "identity": "",
    "patients": "/patients",
    "medications": "/medications",
    "prescriptions": "/prescriptions",
    "documents": "/documents",
    "notifications": "/notifications",
    "billing": "/billing",
    "medication_reviews": "/medication-reviews",
    "ledger": "/ledger",
    "imaging": "",
    "fhir": "",
}
"""Module -> prefix of its router."""

api = DescribedAPI(
    title="Epione",
    version="1.0.0",
    description="One patient record: medication review, documents, ledger. Errors are RFC 9457 problem details.",
    docs_url=None,
    parser=StrictParser(),
    openapi_url="/openapi.json",
    urls_namespace="api",
)


@api.exception_handler(Expected)
def _expected(request: HttpRequest, error: Expected) -> HttpResponse:
    return problem(request, error)


@api.exception_handler(Http404)
def _missing(request: HttpRequest, _error: Http404) -> HttpResponse:
    return problem(request, NotFound())


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == Refused.status:
        return problem(request, Refused())
    return problem_details(error.status_code, "refused", error.message)


@api.exception_handler(ValidationError)
def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What was sent is not repeated: it may be personal."""
    errors = [{"place": list(one["loc"]), "what": one["msg"], "kind": one["type"]} for one in error.errors]
    return problem_details(422, "invalid", _("Some values cannot be accepted."), errors=errors)


def _mount() -> None:
    for module, prefix in MODULES.items():
        web = f"epione.{module}.web"
        if find_spec(web) and find_spec(f"{web}.api"):
            api.add_router(prefix, import_module(f"{web}.api").router)
    api.add_router("/jobs", jobs.router, auth=api_auth)


_mount()
