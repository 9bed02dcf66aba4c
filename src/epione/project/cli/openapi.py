"""`epione openapi`: the description of the API."""

import json
import os

import typer


def openapi() -> None:
    """Print the OpenAPI description of the API, as served at /api/v1/openapi.json."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "epione.project.settings")
    import django  # noqa: PLC0415 -- slow import

    django.setup()
    from epione.project.api import api  # noqa: PLC0415 -- needs Django set up

    typer.echo(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), ensure_ascii=False, indent=2, default=str))


commands = [openapi]
