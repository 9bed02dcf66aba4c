"""People who are told things, and a mail server in memory."""

import pytest
from django.core import mail

from epione.identity.models import User
from epione.identity.public import service_actor
from epione.kernel.events import deliver_pending
from epione.kernel.jobs import run_pending
from epione.notifications.domain.channels import URGENT
from epione.notifications.public import Kind, News, notify, register_kind

KIND = Kind("tests.result", "Results", "Result of %(name)s", level=URGENT)


@pytest.fixture(autouse=True)
def _kind():
    from epione.notifications import kinds

    register_kind(KIND)
    yield
    kinds._kinds.pop(KIND.key)


@pytest.fixture
def mail_server(settings):
    """A practice whose operator named a mail server."""
    settings.MAIL_CONFIGURED = True
    settings.DEFAULT_FROM_EMAIL = "epione@example.fr"
    settings.PUBLIC_URL = "https://epione.example.fr/"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    return mail


@pytest.fixture
def tell(practice):
    """Tells people something: `tell(actor, ...)`."""

    def make(*people, key="", link="/patients/", patient_id=None, name="VASSEUR Jeanne"):
        news = News(KIND.key, {"name": name}, link, patient_id=patient_id, key=key)
        return notify(news=news, recipients=[one.id for one in people], by=service_actor(practice.id, "Tests"))

    return make


def work():
    """What the worker does until nothing is left."""
    deliver_pending()
    run_pending()


def give_address(actor, address="camille@example.fr"):
    """The mail address of a person."""
    User.objects.filter(pk=actor.id).update(email=address)
