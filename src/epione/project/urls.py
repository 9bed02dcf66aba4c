"""Addresses of the pages and of the API: every module's pages under its prefix."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from .api import api

PREFIXES: dict[str, str] = {
    "kernel.kit": "",
    "identity": "",
    "ledger": "ledger/",
    "patients": "patients/",
    "medications": "medications/",
    "prescriptions": "prescriptions/",
    "documents": "documents/",
    "billing": "billing/",
    "medication_reviews": "medication/",
    "fhir": "",
}
"""Module -> prefix of its pages. A module without pages has no `web/urls.py`."""


def _pages() -> list[URLPattern | URLResolver]:
    found: list[URLPattern | URLResolver] = []
    for module, prefix in PREFIXES.items():
        web = f"epione.{module}.web"
        if find_spec(f"epione.{module}") and find_spec(web) and find_spec(f"{web}.urls"):
            found.append(path(prefix, include(f"{web}.urls")))
    return found


urlpatterns: list[URLPattern | URLResolver] = [*_pages(), path("api/v1/", api.urls)]
