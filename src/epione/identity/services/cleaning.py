"""What sign-in leaves behind, taken away once it serves no more."""

from datetime import timedelta

from allauth.idp.oidc.models import Token
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import transaction

from epione.identity.models import Grant, GrantToken, RefreshToken, TokenFamily
from epione.kernel import clock

KEPT_AFTER = timedelta(days=30)
"""Spent refresh tokens stay this long, so that a late replay is still known for what it is."""


@transaction.atomic
def clean_up() -> dict[str, int]:
    """Delete ended sessions, spent tokens and old failures; how many of each. The ledger keeps what they meant."""
    now = clock.now()
    families = TokenFamily.objects.exclude(
        pk__in=RefreshToken.objects.filter(expires_at__gte=now - KEPT_AFTER).values("family_id")
    )
    grants = Grant.objects.exclude(
        pk__in=GrantToken.objects.filter(expires_at__gte=now - KEPT_AFTER).values("grant_id")
    )
    old = {
        "sessions": Session.objects.filter(expire_date__lt=now),
        "families": families,
        "grants": grants,
        "provider_tokens": Token.objects.expired(),
        "failures": AccessAttempt.objects.filter(attempt_time__lt=now - timedelta(days=1)),
    }
    return {name: rows.delete()[0] for name, rows in old.items()}
