"""Pages and API of the patient record."""
