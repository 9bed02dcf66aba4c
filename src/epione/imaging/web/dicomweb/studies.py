"""Searches (QIDO-RS) and storage (STOW-RS)."""

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from epione.identity.public import called_with
from epione.imaging import services
from epione.imaging.domain.exchange.attributes import Level
from epione.imaging.web.asked import actor_of

from .answering import dicom_json
from .asked import base_of, search_of
from .retrieving import objects
from .storing import store

CUT = "There are more results than these: ask for the rest with offset."
LITERAL = "Fuzzy matching is not supported: values were compared literally."


@called_with("imaging:read")
@require_http_methods(["GET", "HEAD", "POST"])
def studies(request: HttpRequest) -> HttpResponseBase:
    """Search for studies, or store objects of any study."""
    return store(request) if request.method == "POST" else _found(request, Level.STUDY)


@called_with("imaging:read")
@require_http_methods(["GET", "HEAD", "POST"])
def study(request: HttpRequest, study_uid: str) -> HttpResponseBase:
    """All objects of a study, or store objects of this study."""
    return store(request, study_uid) if request.method == "POST" else objects(request, study_uid)


@called_with("imaging:read")
@require_safe
def series(request: HttpRequest, study_uid: str = "") -> HttpResponseBase:
    """Search for series, of any study or of one."""
    return _found(request, Level.SERIES, study_uid)


@called_with("imaging:read")
@require_safe
def instances(request: HttpRequest, study_uid: str = "", series_uid: str = "") -> HttpResponseBase:
    """Search for objects, anywhere or within a study or a series."""
    return _found(request, Level.INSTANCE, study_uid, series_uid)


def _found(request: HttpRequest, level: Level, study_uid: str = "", series_uid: str = "") -> HttpResponseBase:
    asked = search_of(request.GET, level, study_uid, series_uid)
    found = services.search(asked=asked, by=actor_of(request), base=base_of(request))
    fuzzy = request.GET.get("fuzzymatching", "").lower() == "true"
    warning = " ".join([CUT] * found.cut + [LITERAL] * fuzzy)
    return dicom_json(request, found.items, warning=warning)
