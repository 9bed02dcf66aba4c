"""The gallery of components, with all their states: only where nothing is real (demo, debugging, tests)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from . import samples


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Every component and state on one page; `?theme=` and `?patient=1` change the frame."""
    return render(request, "kit/gallery.html", samples.context(request))


@require_GET
def choices(request: HttpRequest) -> HttpResponse:
    """Answers of the sample combobox."""
    typed = request.GET.get("drug_text", "")
    return render(request, "kit/choices.html", samples.choices(typed))


@require_GET
def evidence(request: HttpRequest) -> HttpResponse:
    """The sample passage, for the drawer."""
    return render(request, "kit/evidence_page.html", {"evidence": samples.EVIDENCE})


@require_GET
def toast(_request: HttpRequest) -> HttpResponse:
    """An empty answer that raises a toast."""
    return samples.toast()
