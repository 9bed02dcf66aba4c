"""The token endpoint of Epione as OpenID provider: the package answers, the ledger is told."""

import json

from allauth.idp.oidc import views
from allauth.idp.oidc.models import Token
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from epione.identity.models import ApiClient, User
from epione.identity.queries import service_actor
from epione.identity.services import note


@csrf_exempt
def token(request: HttpRequest) -> HttpResponse:
    """Give a program its tokens; what cannot be recorded is not given."""
    with transaction.atomic():
        response: HttpResponse = views.token(request)
        if response.status_code == 200:
            _record(json.loads(response.content)["access_token"])
    return response


def _record(value: str) -> None:
    given = Token.objects.lookup(Token.Type.ACCESS_TOKEN, value)
    client = ApiClient.objects.filter(client_id=given.client_id).first() if given else None
    if given is None or client is None:
        return
    user = given.user if isinstance(given.user, User) else None
    note("token_issued", user=user, by=service_actor(client.practice_id, client.name), client=client.client_id)
