"""Addresses of the pages and of the API: every module's pages under its prefix."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from . import health, home
from .api import api
from .reference import redoc, swagger

PREFIXES: dict[str, str] = {
    "epione.kernel.kit": "",
    "epione.kernel.http": "",
    "epione.identity.web": "",
    "epione.ledger.web": "ledger/",
    "epione.patients.web": "patients/",
    "epione.medications.web": "medications/",
    "epione.prescriptions.web": "prescriptions/",
    "epione.documents.web": "documents/",
    "epione.notifications.web": "notifications/",
    "epione.billing.web": "billing/",
    "epione.inference.web": "models/",
    "epione.medication_reviews.web": "medication/",
    "epione.imaging.web": "imaging/",
    "epione.imaging.web.dicomweb": "dicom-web/",
    "epione.fhir.web": "",
}
"""Package -> prefix of its pages. A package without pages has no `urls.py`."""


def _pages() -> list[URLPattern | URLResolver]:
    found: list[URLPattern | URLResolver] = []
    for package, prefix in PREFIXES.items():
        if find_spec(package) and find_spec(f"{package}.urls"):
            found.append(path(prefix, include(f"{package}.urls")))
    return found


urlpatterns: list[URLPattern | URLResolver] = [
    *health.urlpatterns,
    *home.urlpatterns,
    *_pages(),
    path("api/v1/", api.urls),
    path("docs", swagger, name="docs"),
    path("redoc", redoc, name="redoc"),
    path("i18n/", include("django.conf.urls.i18n")),
]

handler400 = "epione.kernel.http.problems.bad_request"
handler403 = "epione.kernel.http.problems.forbidden"
handler404 = "epione.kernel.http.problems.missing"
handler500 = "epione.kernel.http.problems.unexpected"
