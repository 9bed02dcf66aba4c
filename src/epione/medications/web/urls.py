"""Addresses of the catalogue's pages."""

from django.urls import path

from . import catalogue, pages

app_name = "medications"
urlpatterns = [
    path("", pages.search, name="search"),
    path("check/", pages.check, name="check"),
    path("catalogue/", catalogue.status, name="catalogue"),
    path("catalogue/import/", catalogue.import_file, name="import"),
    path("<slug:cis>/", pages.sheet, name="sheet"),
    path("<slug:cis>/interactions/", pages.interactions, name="interactions"),
]
