"""The ASGI application that the server runs."""

import os
from threading import Thread

import django
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "epione.project.settings")
django.setup()

from epione.kernel.http.handler import PooledHandler  # noqa: E402 -- Django must be set up before its handlers load
from epione.medications.public import warm_catalogue  # noqa: E402 -- as above

from .supervision import leave_with_parent  # noqa: E402 -- stands with what it serves

application = PooledHandler(threads=int(os.environ.get("EPIONE_THREADS", "8")))
Thread(target=warm_catalogue, name="warm-catalogue", daemon=True).start()
get_resolver().url_patterns  # noqa: B018 -- read now, so that a fault in a page stops the start and no visitor waits for it
leave_with_parent()
