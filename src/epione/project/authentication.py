"""Settings of sign-in: factors, lockout, sessions, tokens."""

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from .environment import flag, home

_TESTING = "pytest" in sys.modules
_DEMO = flag("EPIONE_DEMO")


def _signing_key(folder: Path) -> str:
    """The RSA key that signs tokens (PEM): from the environment, else a file of mode 0600 made on the first start."""
    given = os.environ.get("EPIONE_SIGNING_KEY")
    if given:
        return given
    path = folder / "signing.pem"
    if not path.exists():
        pem = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
    return path.read_text()


AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

# Hashing at full cost would be most of the suite's time; one test runs the real hasher.
PASSWORD_HASHERS = [
    *(["django.contrib.auth.hashers.MD5PasswordHasher"] if _TESTING else []),
    "epione.identity.providers.passwords.BoundedArgon2Hasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "epione.identity.providers.passwords.LengthForFactors"},
    {"NAME": "epione.identity.providers.passwords.ContextWords"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

SECOND_FACTOR_REQUIRED = not _DEMO
"""Clinical and administrative roles sign in with a second factor, everywhere but in the demo."""
DEMO_PASSWORD = "epione-demo"  # noqa: S105 -- the demo says it on its sign-in page
"""What every person of the demo practice types; no account is made outside the demo."""
IDLE_SECONDS = 15 * 60
SESSION_COOKIE_NAME = "epione_session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_SAVE_EVERY_REQUEST = False
REAUTHENTICATION_SECONDS = 300
BREAK_GLASS_MINUTES = 60

ACCESS_TOKEN_SECONDS = 3600
REFRESH_TOKEN_SECONDS = 604_800
TOKEN_ISSUER = os.environ.get("EPIONE_ISSUER", "epione")

REQUESTS_PER_HOUR = {
    "interactive": int(os.environ.get("EPIONE_RATE_INTERACTIVE", "1000")),
    "integration": int(os.environ.get("EPIONE_RATE_INTEGRATION", "10000")),
    "modality": int(os.environ.get("EPIONE_RATE_MODALITY", "36000")),
    "internal": int(os.environ.get("EPIONE_RATE_INTERNAL", "100000")),
    "registration": int(os.environ.get("EPIONE_RATE_REGISTRATION", "30")),
}
"""API calls an hour, by class of client; each client has its own bucket. Requests for an account count by address."""

ACCOUNT_ADAPTER = "epione.identity.providers.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = REAUTHENTICATION_SECONDS
# A clinic shares one address: the lockout (axes) knows people and addresses apart; this bounds second factors.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "10/15m/key", "reauthenticate": "10/m/user"}

MFA_ADAPTER = "epione.identity.providers.accounts.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Epione"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_DIGITS = 10
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not flag("EPIONE_TLS")

USERSESSIONS_TRACK_ACTIVITY = False

IDP_OIDC_PRIVATE_KEY = _signing_key(home())
IDP_OIDC_ADAPTER = "epione.identity.providers.accounts.ProviderAdapter"
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = ACCESS_TOKEN_SECONDS
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = REFRESH_TOKEN_SECONDS
IDP_OIDC_ROTATE_REFRESH_TOKEN = True

AXES_HANDLER = "epione.identity.providers.lockout.LockoutHandler"
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_FAILURE_LIMIT = 5
AXES_ADDRESS_FAILURE_LIMIT = 50
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_USERNAME_CALLABLE = "epione.identity.providers.lockout.identifier"
AXES_LOCKOUT_CALLABLE = "epione.identity.providers.lockout.refuse"
AXES_SENSITIVE_PARAMETERS = ["username", "login", "otp", "code"]
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # our handler counts the address apart, with its own limit

PRO_SANTE_CONNECT: dict[str, str] = {
    name: os.environ.get(f"EPIONE_PSC_{name.upper()}", "")
    for name in ("issuer", "discovery", "client_id", "client_secret")
}
"""Pro Santé Connect: used when issuer and client are given. `discovery` may name a non-standard document."""
