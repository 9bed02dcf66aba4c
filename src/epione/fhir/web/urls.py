"""Addresses of the exchange pages."""

from django.urls import path

from . import pages

app_name = "fhir"
urlpatterns = [
    path("patients/import/", pages.import_record, name="import"),
    path("patients/<uuid:patient_id>/export/", pages.export_record, name="export"),
]
