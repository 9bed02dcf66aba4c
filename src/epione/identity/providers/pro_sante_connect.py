"""Pro Santé Connect as OpenID Connect client: authorization code with PKCE, every check of the answer."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import httpx
import jwt
from django.conf import settings

from epione.identity.domain.professions import NoNationalIdError, Professional, professional

ACR = "eidas1"
SCOPE = "openid scope_all"
# Asymmetric only: "none" and HMAC (whose key would be the public one) never verify.
ALGORITHMS = ("RS256", "PS256", "ES256")
TIMEOUT = 10.0


class ProviderError(Exception):
    """The provider's answer does not prove who it is; `reason` is for the ledger."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to the provider and back: each value is usable once."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Proven:
    """A person whose identity the provider has proved; issuer and subject together name her."""

    issuer: str
    subject: str
    professional: Professional


def is_configured() -> bool:
    """Whether this installation knows the provider."""
    given = settings.PRO_SANTE_CONNECT
    return bool(given["issuer"] and given["client_id"])


@lru_cache(maxsize=4)
def _discovered(address: str, issuer: str) -> dict[str, Any]:
    document = _json(httpx.get(address, timeout=TIMEOUT), "discovery")
    if document.get("issuer") != issuer:
        raise ProviderError("issuer")
    return document


def _endpoints() -> dict[str, Any]:
    given = settings.PRO_SANTE_CONNECT
    address = given["discovery"] or f"{given['issuer']}/.well-known/wallet-openid-configuration"
    return _discovered(address, given["issuer"])


def _json(response: httpx.Response, step: str) -> dict[str, Any]:
    if response.status_code != 200:
        raise ProviderError(f"{step}-{response.status_code}")
    try:
        body = response.json()
    except ValueError as error:
        raise ProviderError(f"{step}-format") from error
    if not isinstance(body, dict):
        raise ProviderError(f"{step}-format")
    return body


def begin(redirect_uri: str) -> tuple[str, Attempt]:
    """The address to send the person to, and what must be remembered until she is back."""
    attempt = Attempt(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), redirect_uri)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": settings.PRO_SANTE_CONNECT["client_id"],
        "redirect_uri": redirect_uri,
        "scope": SCOPE,
        "acr_values": ACR,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{_endpoints()['authorization_endpoint']}?{urlencode(query)}", attempt


def complete(answer: Mapping[str, str], attempt: Attempt | None) -> Proven:
    """Check the provider's answer and say who it proves; raises `ProviderError`."""
    if attempt is None or not secrets.compare_digest(answer.get("state", ""), attempt.state):
        raise ProviderError("state")
    if "error" in answer or not answer.get("code"):
        raise ProviderError("denied")
    try:
        return _exchange(answer["code"], attempt)
    except httpx.HTTPError as error:
        raise ProviderError("unreachable") from error


def _exchange(code: str, attempt: Attempt) -> Proven:
    given, endpoints = settings.PRO_SANTE_CONNECT, _endpoints()
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": attempt.redirect_uri,
        "client_id": given["client_id"],
        "client_secret": given["client_secret"],
        "code_verifier": attempt.verifier,
    }
    tokens = _json(httpx.post(endpoints["token_endpoint"], data=form, timeout=TIMEOUT), "token")
    claims = _verified(str(tokens.get("id_token", "")), attempt.nonce)
    headers = {"Authorization": f"Bearer {tokens.get('access_token', '')}"}
    about = _json(httpx.get(endpoints["userinfo_endpoint"], headers=headers, timeout=TIMEOUT), "userinfo")
    if about.get("sub") != claims["sub"]:
        raise ProviderError("subject")
    try:
        return Proven(claims["iss"], claims["sub"], professional(about))
    except NoNationalIdError as error:
        raise ProviderError("national-id") from error


def _verified(token: str, nonce: str) -> dict[str, Any]:
    given = settings.PRO_SANTE_CONNECT
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise ProviderError("algorithm")
        claims: dict[str, Any] = jwt.decode(
            token,
            _signing_key(str(header.get("kid", ""))),
            algorithms=list(ALGORITHMS),
            audience=given["client_id"],
            issuer=given["issuer"],
            leeway=30,
            options={"require": ["exp", "iat", "sub", "iss", "aud", "nonce"]},
        )
    except jwt.InvalidIssuerError as error:
        raise ProviderError("issuer") from error
    except jwt.PyJWTError as error:
        raise ProviderError("id-token") from error
    if not secrets.compare_digest(str(claims["nonce"]), nonce):
        raise ProviderError("nonce")
    if claims.get("acr") != ACR:
        raise ProviderError("acr")
    return claims


_keys: dict[str, jwt.PyJWK] = {}


def _signing_key(kid: str) -> jwt.PyJWK:
    """The provider's key of this name; an unknown one is looked up again, for keys are rotated."""
    if kid not in _keys:
        listed = _json(httpx.get(_endpoints()["jwks_uri"], timeout=TIMEOUT), "keys")
        _keys.clear()
        _keys.update({key["kid"]: jwt.PyJWK(key) for key in listed.get("keys", []) if key.get("kty") in {"RSA", "EC"}})
    if kid not in _keys:
        raise ProviderError("key")
    return _keys[kid]
