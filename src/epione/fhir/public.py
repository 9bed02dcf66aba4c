"""The door of exchanges of records in FHIR R4."""

from .errors import UnreadableRecord
from .services import ImportReport, export_bundle, import_bundle

__all__ = ["ImportReport", "UnreadableRecord", "export_bundle", "import_bundle"]
