"""Pages of the kit itself: switch of theme, menu of narrow screens, manifest."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from epione.kernel.kit.context import THEME_COOKIE, THEMES

_A_YEAR = 365 * 24 * 3600


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light or dark in a cookie and go back to where the person was."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(THEME_COOKIE, chosen, max_age=_A_YEAR, samesite="Lax", secure=request.is_secure())
    return response


@require_GET
def menu(request: HttpRequest) -> HttpResponse:
    """Everything of the navigation on one page, for narrow screens."""
    return render(request, "kit/menu.html")


@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """The web application manifest, in the language of the person."""
    icons = [
        {"src": static("kernel/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
        {"src": static("kernel/icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static("kernel/icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any maskable"},
    ]
    facts = {
        "name": "Epione",
        "short_name": "Epione",
        "description": _("Decision support, not a medical device."),
        "lang": getattr(request, "LANGUAGE_CODE", "fr"),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#F3F4F2",
        "theme_color": "#17224F",
        "icons": icons,
    }
    return JsonResponse(facts, content_type="application/manifest+json")
