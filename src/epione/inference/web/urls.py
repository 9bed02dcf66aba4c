"""Addresses of the registry's pages."""

from django.urls import path

from . import pages

app_name = "inference"
urlpatterns = [
    path("", pages.listing, name="list"),
    path("enter/", pages.enter, name="enter"),
    path("<uuid:model_id>/", pages.model, name="model"),
    path("<uuid:model_id>/deploy/", pages.put_in_service, name="deploy"),
    path("<uuid:model_id>/off/", pages.off, name="off"),
    path("<uuid:model_id>/on/", pages.on, name="on"),
    path("<uuid:model_id>/back/", pages.back, name="back"),
]
