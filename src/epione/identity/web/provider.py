"""The token endpoint of Epione as OpenID provider: the package answers, the ledger is told."""

import json

from allauth.idp.oidc import views
from allauth.idp.oidc.models import Token
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from epione.identity.models import ApiClient, User
from epione.identity.queries import service_actor
from epione.identity.services import GrantReused, claim_grant, note, remember_grant, revoke_grant


@csrf_exempt
def token(request: HttpRequest) -> HttpResponse:
    """Give a program its tokens; what cannot be recorded is not given.

    A refresh token that comes back a second time ends every token that descends from the same agreement.
    """
    spent = request.POST.get("refresh_token", "") if request.POST.get("grant_type") == "refresh_token" else ""
    try:
        return _given(request, spent)
    except GrantReused as reuse:
        revoke_grant(grant_id=reuse.grant_id)
        return JsonResponse({"error": "invalid_grant"}, status=400)


@transaction.atomic
def _given(request: HttpRequest, spent: str) -> HttpResponse:
    grant = claim_grant(refresh_token=spent) if spent else None
    response: HttpResponse = views.token(request)
    if response.status_code != 200:
        # Refused for another reason (the program's secret, say): the refresh token was not spent.
        transaction.set_rollback(True)
        return response
    told = json.loads(response.content)
    _record(told["access_token"])
    if "refresh_token" in told:
        remember_grant(grant=grant, access_token=told["access_token"], refresh_token=told["refresh_token"])
    return response


def _record(value: str) -> None:
    given = Token.objects.lookup(Token.Type.ACCESS_TOKEN, value)
    client = ApiClient.objects.filter(client_id=given.client_id).first() if given else None
    if given is None or client is None:
        return
    user = given.user if isinstance(given.user, User) else None
    note("token_issued", user=user, by=service_actor(client.practice_id, client.name), client=client.client_id)
