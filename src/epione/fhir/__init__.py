"""FHIR R4 bundles in and out."""
