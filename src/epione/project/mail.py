"""Settings of mail: one address of a server, and nothing leaves without it."""

import os
from urllib.parse import parse_qs, unquote, urlsplit

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_url = urlsplit(os.environ.get("EPIONE_SMTP_URL", ""))
_options = parse_qs(_url.query)

MAIL_CONFIGURED = bool(_url.scheme)
if MAIL_CONFIGURED and (_url.scheme not in PORTS or not _url.hostname or "from" not in _options):
    raise SystemExit("EPIONE_SMTP_URL must read smtp+starttls://user:password@server/?from=epione@example.fr")

EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL_CONFIGURED else 'dummy'}.EmailBackend"
EMAIL_HOST = _url.hostname or ""
EMAIL_PORT = _url.port or PORTS.get(_url.scheme, 25)
EMAIL_HOST_USER = unquote(_url.username or "")
EMAIL_HOST_PASSWORD = unquote(_url.password or "")
EMAIL_USE_TLS = _url.scheme == "smtp+starttls"
EMAIL_USE_SSL = _url.scheme == "smtps"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = _options.get("from", [""])[0]
PUBLIC_URL = os.environ.get("EPIONE_PUBLIC_URL", "")
"""The address that people use, for the link of a mail."""
