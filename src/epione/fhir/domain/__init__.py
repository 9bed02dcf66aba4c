"""FHIR R4 in plain Python: no Django, no network."""
