"""Addresses of the billing pages."""

from django.urls import path

from . import pages

app_name = "billing"
urlpatterns = [
    path("", pages.listing, name="list"),
    path("export/", pages.export, name="export"),
    path("tariffs/", pages.tariffs, name="tariffs"),
    path("<uuid:bill_id>/move/", pages.move, name="move"),
]
