"""The API: every module's router under /api/v1."""

from importlib import import_module
from importlib.util import find_spec

from ninja import NinjaAPI

MODULES: dict[str, str] = {
    "identity": "",
    "patients": "/patients",
    "medications": "/medications",
    "prescriptions": "/prescriptions",
    "documents": "/documents",
    "billing": "/billing",
    "medication_reviews": "/medication-reviews",
    "ledger": "/ledger",
    "fhir": "",
}
"""Module -> prefix of its router."""

api = NinjaAPI(title="Epione", version="1.0.0", docs_url=None, openapi_url="/openapi.json", urls_namespace="api")


def _mount() -> None:
    for module, prefix in MODULES.items():
        web = f"epione.{module}.web"
        if find_spec(web) and find_spec(f"{web}.api"):
            api.add_router(prefix, import_module(f"{web}.api").router)


_mount()
