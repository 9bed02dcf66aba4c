"""Django settings, read from the environment; every engine is picked by an address."""

import os
import sys
from pathlib import Path

import dj_database_url

from .environment import engine_options, flag, home, listed, secret

HOME = home()
DEMO = flag("EPIONE_DEMO")
DEBUG = flag("EPIONE_DEBUG")
TESTING = "pytest" in sys.modules
SECRET_KEY = secret(HOME)
ALLOWED_HOSTS = listed("EPIONE_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = listed("EPIONE_ORIGINS")
TRUSTED_PROXIES = listed("EPIONE_PROXIES")
SECURE_TRANSPORT = flag("EPIONE_TLS") or bool(os.environ.get("EPIONE_TLS_CERT"))
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    "epione.kernel",
    "epione.ledger",
    "epione.identity",
    "epione.patients",
    "epione.medications",
    "epione.prescriptions",
    "epione.documents",
    "epione.notifications",
    "epione.inference",
    "epione.billing",
    "epione.imaging",
    "epione.medication_reviews",
    "epione.surgery",
    "epione.fhir",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.idp.oidc",
    "axes",
    "csp",
    "django_htmx",
    "ninja",
    "django_prometheus",
    "django_structlog",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "epione.kernel.http.origin.OriginMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "epione.identity.web.middleware.ActorMiddleware",
    "epione.kernel.http.problems.ProblemMiddleware",
    "epione.identity.web.middleware.SensitiveActMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "epione.project.urls"
ASGI_APPLICATION = "epione.project.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "epione.kernel.kit.context.page",
            ],
        },
    },
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("EPIONE_DATABASE_URL")
        or os.environ.get("DATABASE_URL")
        or f"sqlite:///{HOME / 'epione.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
DATABASES["default"].setdefault("OPTIONS", {}).update(engine_options(DATABASES["default"]["ENGINE"]))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "identity.User"

CACHES = {
    # The buckets of the rate limits live here: room for every client of an hour, so that none is forgotten.
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": os.environ["EPIONE_CACHE_URL"]}
    if os.environ.get("EPIONE_CACHE_URL")
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 100_000}}
}

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
LOCALE_PATHS = [Path(__file__).parent / "locale"]
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [Path(__file__).parent / "static"]
STATIC_ROOT = Path(os.environ.get("EPIONE_STATIC", HOME / "static"))
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

CSRF_FAILURE_VIEW = "epione.kernel.http.problems.stale_form"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_TRANSPORT
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 63_072_000 if SECURE_TRANSPORT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_TRANSPORT

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

from .authentication import *  # noqa: E402, F403 -- identity's own settings stand in their own file
from .logs import LOGGING as LOGGING  # noqa: E402 -- logging stands in its own file
from .logs import configure  # noqa: E402 -- as above
from .mail import *  # noqa: E402, F403 -- so does mail

configure()

# A treatment of 500 lines is confirmed in one form; a record of 32 MB comes in one call.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
DATA_UPLOAD_MAX_MEMORY_SIZE = 33 * 1024 * 1024
# Whoever calls, signed in or not: no request may fill the disk while it is read. Larger archives come by a folder.
EPIONE_MAX_BODY = int(os.environ.get("EPIONE_MAX_BODY_MB") or 4096) * 1024 * 1024
