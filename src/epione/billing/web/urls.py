"""Addresses of the billing pages."""

from django.urls import path

from . import ccam, pages

app_name = "billing"
urlpatterns = [
    path("", pages.listing, name="list"),
    path("export/", pages.export, name="export"),
    path("tariffs/", pages.tariffs, name="tariffs"),
    path("pricing/", ccam.pricing, name="pricing"),
    path("<uuid:bill_id>/move/", pages.move, name="move"),
]
