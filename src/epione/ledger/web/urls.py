"""Addresses of the ledger's pages."""

from django.urls import path

from . import export, pages

app_name = "ledger"
urlpatterns = [
    path("", pages.listing, name="list"),
    path("verify/", pages.verification, name="verify"),
    path("checkpoint/", pages.checkpoint, name="checkpoint"),
    path("retention/", pages.retention, name="retention"),
    path("export/", export.download, name="export"),
    path("<uuid:entry_id>/", pages.entry, name="entry"),
    path("<uuid:entry_id>/proof/", export.proof, name="proof"),
]
