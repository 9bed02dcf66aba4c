"""Page of the DICOM systems that may open associations: an administrator enters and takes them away."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from epione.identity.public import allowed, signed_in
from epione.imaging import services
from epione.imaging.errors import PeerTaken
from epione.kernel.errors import Invalid

from .asked import actor_of, whole

RIGHTS = {
    "may_store": gettext_lazy("send images"),
    "may_query": gettext_lazy("search"),
    "may_retrieve": gettext_lazy("have images sent"),
}
FIELDS = ("ae_title", "host", "port")


@signed_in("imaging_settings:read")
def listing(request: HttpRequest) -> HttpResponseBase:
    """The systems, what each may, and the form for another."""
    return _listing(request)


def _listing(request: HttpRequest, refused: str = "", status: int = 200) -> HttpResponseBase:
    by = actor_of(request)
    lines = [
        (one, ", ".join(str(words) for name, words in RIGHTS.items() if getattr(one, name)))
        for one in services.list_peers(by=by)
    ]
    typed = {name: request.POST.get(name, "")[:253] for name in FIELDS}
    rights = [(name, words, name in request.POST.getlist("may")) for name, words in RIGHTS.items()]
    may_write = allowed(by, "imaging_settings:write")
    context = {"lines": lines, "typed": typed, "rights": rights, "refused": refused, "may_write": may_write}
    return render(request, "imaging/peers.html", context, status=status)


@signed_in("imaging_settings:write")
@require_POST
def add(request: HttpRequest) -> HttpResponseBase:
    """Enter a system; what cannot be accepted is said beside what was typed."""
    values = request.POST
    try:
        made = services.add_peer(
            ae_title=values.get("ae_title", ""),
            host=values.get("host", ""),
            port=whole(values.get("port"), 0, 65536),
            may=frozenset(values.getlist("may")) & frozenset(services.MAY),
            by=actor_of(request),
        )
    except Invalid as refusal:
        return _listing(request, _wrong(refusal), refusal.status)
    except PeerTaken as refusal:
        return _listing(request, str(refusal), refusal.status)
    messages.success(request, _("%(title)s may open associations from now on.") % {"title": made.ae_title})
    return redirect("imaging:peers")


def _wrong(refusal: Invalid) -> str:
    sentences = {
        "ae_title": _("The AE title has 1 to 16 characters, without backslash."),
        "host": _("The address is a name or an IP address."),
        "port": _("The port is a number from 1 to 65535."),
        "may": _("Choose at least one thing that it may do."),
    }
    return " ".join(sentences[name] for name in sentences if name in refusal.fields)


@signed_in("imaging_settings:write")
@require_POST
def close(request: HttpRequest, peer_id: UUID) -> HttpResponseBase:
    """Take a system away: its associations are rejected from now on."""
    services.disable_peer(peer_id=peer_id, by=actor_of(request))
    messages.success(request, _("Its associations are rejected from now on."))
    return redirect("imaging:peers")
