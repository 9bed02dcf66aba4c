"""Addresses of the documents' pages."""

from django.urls import path

from . import pages, signing

app_name = "documents"
urlpatterns = [
    path("", pages.listing, name="list"),
    path("patient/<uuid:patient_id>/", pages.of_patient, name="patient"),
    path("verify/", signing.verify, name="verify"),
    path("authority.pem", signing.authority, name="authority"),
    path("authority.crl", signing.revocations, name="revocations"),
    path("<uuid:document_id>/", pages.document, name="document"),
    path("<uuid:document_id>/validate/", pages.validate, name="validate"),
    path("<uuid:document_id>/sign/", signing.sign, name="sign"),
    path("<uuid:document_id>/<slug:form>/", pages.download, name="download"),
]
