"""Addresses of the page kit: theme, menu of narrow screens, manifest, gallery."""

from django.conf import settings
from django.urls import URLPattern, path

from . import pages

app_name = "kit"
urlpatterns: list[URLPattern] = [
    path("theme/", pages.theme, name="theme"),
    path("menu/", pages.menu, name="menu"),
    path("manifest.webmanifest", pages.manifest, name="manifest"),
]

if settings.DEMO or settings.DEBUG or settings.TESTING:
    from . import gallery

    urlpatterns += [
        path("kit/", gallery.page, name="gallery"),
        path("kit/choices/", gallery.choices, name="gallery-choices"),
        path("kit/evidence/", gallery.evidence, name="gallery-evidence"),
        path("kit/toast/", gallery.toast, name="gallery-toast"),
    ]
