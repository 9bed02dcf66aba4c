"""The API's documentation pages under the strict policy of the house: no inline script, assets from packages."""

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# ReDoc makes an empty style element and fills it through the object model: the policy admits the hash of nothing.
EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
REDOC_STYLE = "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='"


def swagger(request: HttpRequest) -> HttpResponse:
    """Swagger UI, with the bundle that the API package carries."""
    return render(request, "project/swagger.html")


@csp_update({"style-src": [EMPTY_STYLE, REDOC_STYLE]})
def redoc(request: HttpRequest) -> HttpResponse:
    """ReDoc, with the bundle that the API package carries."""
    return render(request, "project/redoc.html")
