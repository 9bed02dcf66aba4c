"""Addresses of the notifications' pages."""

from django.urls import path

from . import pages

app_name = "notifications"
urlpatterns = [
    path("", pages.listing, name="list"),
    path("read/", pages.read_all, name="read-all"),
    path("preferences/", pages.preferences, name="preferences"),
    path("<uuid:notification_id>/", pages.go, name="open"),
    path("<uuid:notification_id>/read/", pages.read, name="read"),
]
