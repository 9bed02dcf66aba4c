"""Programs that call the API in their own name, by OAuth client credentials, or for a person."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from allauth.idp.oidc.models import Client
from django.db import transaction
from django.utils.translation import gettext as _

from epione.identity.domain.roles import PATIENT, ROLES
from epione.identity.errors import UnknownRole
from epione.identity.models import ApiClient
from epione.identity.rules import require
from epione.kernel.actor import Actor
from epione.kernel.errors import Invalid
from epione.ledger.public import record

RATE_CLASSES = ("interactive", "integration", "modality", "internal")


@dataclass(frozen=True, slots=True)
class MadeClient:
    """A new client; its secret is shown once and kept hashed."""

    client_id: str
    secret: str


@transaction.atomic
def create_api_client(
    *, name: str, roles: Iterable[str], rate_class: str = "integration", redirect_uris: Iterable[str] = (), by: Actor
) -> MadeClient:
    """Let a program call the API: with roles in its own name, with redirect addresses for persons who agree."""
    require(by, "people:write")
    held, addresses = sorted(set(roles)), list(redirect_uris)
    if not set(held) <= set(ROLES) - {PATIENT} or not (held or addresses):
        raise UnknownRole({"role": [", ".join(held) or _("At least one role is needed.")]})
    if rate_class not in RATE_CLASSES:
        raise Invalid({"rate_class": [", ".join(RATE_CLASSES)]})
    secret = secrets.token_urlsafe(32)
    client = Client(name=name)
    grants = [Client.GrantType.CLIENT_CREDENTIALS] if held else []
    grants += [Client.GrantType.AUTHORIZATION_CODE, Client.GrantType.REFRESH_TOKEN] if addresses else []
    client.set_grant_types(grants)
    client.set_redirect_uris(addresses)
    client.set_scopes(["openid", "profile", "epione"])
    client.set_secret(secret)
    client.save()
    made = ApiClient.objects.create(
        practice_id=by.practice_id, client_id=client.id, name=name, roles=held, rate_class=rate_class
    )
    facts = {"name": name, "roles": held, "rate_class": rate_class}
    record(action="identity.create_client", by=by, entity=("api_client", str(made.id)), after=facts)
    return MadeClient(client.id, secret)
