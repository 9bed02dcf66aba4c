"""The API's documentation pages under the strict policy of the house: no inline script, assets from packages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def swagger(request: HttpRequest) -> HttpResponse:
    """Swagger UI, with the bundle that the API package carries."""
    return render(request, "project/swagger.html")


def redoc(request: HttpRequest) -> HttpResponse:
    """ReDoc, with the bundle that the API package carries."""
    return render(request, "project/redoc.html")
