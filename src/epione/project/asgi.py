"""The ASGI application that the server runs."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "epione.project.settings")
django.setup()

from epione.kernel.http.handler import PooledHandler  # noqa: E402 -- Django must be set up before its handlers load

from .supervision import leave_with_parent  # noqa: E402 -- stands with what it serves

application = PooledHandler(threads=int(os.environ.get("EPIONE_THREADS", "8")))
leave_with_parent()
