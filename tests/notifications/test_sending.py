"""Who is told what, on which channel, and what stays of it."""

from datetime import date, timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from epione.identity.models import EmergencyAccess, Membership
from epione.identity.services import break_glass, remind_reviews, review_emergency
from epione.kernel import clock
from epione.kernel.crypto import forget_subject
from epione.kernel.errors import Forbidden, Invalid
from epione.kernel.models.jobs import Job
from epione.ledger.models import Entry
from epione.notifications import queries
from epione.notifications.domain.channels import chosen, is_local
from epione.notifications.errors import MailRefused, NotificationNotFound, UnknownRecipients
from epione.notifications.models import Notification
from epione.notifications.services import (
    deliver,
    list_notifications,
    mark_read,
    open_notification,
    send_message,
    set_preferences,
)
from epione.patients.public import Identity, create_patient

from .conftest import KIND, give_address, work

pytestmark = pytest.mark.django_db
EVERYTHING = queries.Filter()


def texts(by, which=EVERYTHING):
    return [one.text for one in list_notifications(which=which, by=by)[0]]


def actions(practice):
    return list(Entry.objects.filter(practice_id=practice.id).order_by("id").values_list("action", flat=True))


def test_a_person_reads_what_she_was_told_and_it_is_no_longer_unread(actor, tell):
    camille = actor()
    tell(camille)
    assert texts(camille) == ["Result of VASSEUR Jeanne"]
    assert queries.unread_count(camille.practice_id, camille.id) == 1
    (row,) = Notification.objects.all()
    assert open_notification(notification_id=row.id, by=camille).link == "/patients/"
    assert queries.unread_count(camille.practice_id, camille.id) == 0


def test_what_is_said_is_sealed(actor, tell):
    tell(actor())
    (row,) = Notification.objects.all()
    assert b"VASSEUR" not in bytes(row.sealed)
    assert "VASSEUR" not in str(Notification.objects.values())


def test_a_sending_is_one_entry_and_one_row_for_each_person(actor, tell, practice):
    before = len(actions(practice))
    camille, dominique = actor(), actor("physician")
    made = len(actions(practice))
    sent = tell(camille, dominique)
    assert sent.recipients == 2
    assert actions(practice)[made:] == ["notifications.send"]
    assert Notification.objects.filter(sending_id=sent.id).count() == 2
    assert made > before


def test_the_same_occasion_is_told_once(actor, tell):
    camille, dominique = actor(), actor()
    assert tell(camille, key="result:1").recipients == 1
    assert tell(camille, dominique, key="result:1").recipients == 1
    assert Notification.objects.filter(user_id=camille.id).count() == 1


def test_people_of_another_practice_and_disabled_ones_are_told_nothing(actor, tell, other_practice):
    stranger, gone = actor(practice=other_practice), actor()
    Membership.objects.filter(user_id=gone.id).update(status="disabled")
    assert tell(stranger, gone).recipients == 0
    assert not Notification.objects.exists()


def test_nobody_reads_or_marks_the_notifications_of_another(actor, tell):
    camille, dominique = actor(), actor()
    tell(camille)
    (row,) = Notification.objects.all()
    for use in (open_notification, mark_read):
        with pytest.raises(NotificationNotFound):
            use(notification_id=row.id, by=dominique)
    assert texts(dominique) == []
    assert mark_read(by=dominique) == 0
    row.refresh_from_db()
    assert row.read_at is None


def test_marking_all_counts_those_that_were_unread(actor, tell):
    camille = actor()
    tell(camille)
    tell(camille)
    assert mark_read(by=camille) == 2
    assert mark_read(by=camille) == 0
    assert texts(camille, queries.Filter(unread=True)) == []


def test_a_kind_that_is_switched_off_is_not_kept(actor, tell):
    camille = actor()
    set_preferences(wishes={KIND.key: {"screen": False}}, by=camille)
    assert tell(camille).recipients == 0
    set_preferences(wishes={KIND.key: {"screen": True}}, by=camille)
    assert tell(camille).recipients == 1


def test_mail_is_off_until_the_person_asks_for_it(actor, tell, mail_server, django_capture_on_commit_callbacks):
    camille = actor()
    give_address(camille)
    assert tell(camille).mails == 0
    set_preferences(wishes={KIND.key: {"mail": True}}, by=camille)
    assert tell(camille).mails == 1
    work()
    (message,) = mail_server.outbox
    assert message.to == ["camille@example.fr"]


def test_a_mail_says_only_that_something_waits(actor, tell, mail_server, practice):
    camille = actor()
    give_address(camille)
    set_preferences(wishes={KIND.key: {"mail": True}}, by=camille)
    tell(camille)
    work()
    (message,) = mail_server.outbox
    assert message.subject == "Vous avez une notification dans Epione"
    assert message.body == (
        "Vous avez une notification dans Epione. Connectez-vous pour la lire.\n\n"
        "https://epione.example.fr/notifications/\n"
    )
    assert "notifications.mail" in actions(practice)


def test_a_mail_leaves_once_although_its_job_runs_twice(actor, tell, mail_server):
    camille = actor()
    give_address(camille)
    set_preferences(wishes={KIND.key: {"mail": True}}, by=camille)
    tell(camille)
    (row,) = Notification.objects.all()
    assert deliver(notification_id=row.id, practice_id=row.practice_id, by=camille) is True
    assert deliver(notification_id=row.id, practice_id=row.practice_id, by=camille) is False
    work()
    assert len(mail_server.outbox) == 1


def test_a_server_that_is_away_has_the_mail_tried_again(actor, tell, mail_server, monkeypatch):
    camille = actor()
    give_address(camille)
    set_preferences(wishes={KIND.key: {"mail": True}}, by=camille)
    tell(camille)
    (row,) = Notification.objects.all()

    def away(self):
        raise SMTPServerDisconnected

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", away)
        with pytest.raises(MailRefused):
            deliver(notification_id=row.id, practice_id=row.practice_id, by=camille)
        work()
    job = Job.objects.get(task="notifications.deliver")
    assert (job.state, job.attempts, job.max_attempts) == ("queued", 1, 6)
    Job.objects.update(run_after=clock.now())
    work()
    assert len(mail_server.outbox) == 1


def test_no_mail_can_be_asked_for_without_a_server(actor):
    with pytest.raises(Invalid):
        set_preferences(wishes={KIND.key: {"mail": True}}, by=actor())


def test_the_erasure_of_a_patient_takes_what_was_said_of_her(actor, tell):
    camille = actor()
    jeanne = create_patient(identity=Identity("Jeanne", "Vasseur", date(1942, 3, 12)), by=camille)
    tell(camille, patient_id=jeanne.id)
    forget_subject(camille.practice_id, jeanne.id)
    assert texts(camille) == [""]


def test_messages_are_sent_by_those_who_may_to_members_only(actor, other_practice):
    head, camille = actor("admin"), actor()
    assert send_message(text="Réunion à midi", roles=["pharmacist"], by=head).recipients == 1
    assert texts(camille) == ["Réunion à midi"]
    with pytest.raises(Forbidden):
        send_message(text="Réunion à midi", roles=["admin"], by=camille)
    for wrong in ({"user_ids": [actor(practice=other_practice).id]}, {"roles": ["surgeon"]}, {}):
        with pytest.raises(UnknownRecipients):
            send_message(text="Réunion à midi", by=head, **wrong)


@pytest.mark.parametrize(
    "wrong",
    [{"text": " "}, {"text": "x" * 2001}, {"link": "https://example.fr"}, {"link": "//example.fr"}, {"level": "x"}],
)
def test_messages_that_cannot_be_sent_say_why(actor, wrong):
    camille = actor()
    with pytest.raises(Invalid):
        send_message(**({"text": "Bonjour", "user_ids": [camille.id], "by": actor("admin")} | wrong))


def test_a_percent_sign_in_a_message_is_only_a_sign(actor):
    camille = actor()
    send_message(text="90 % et %(name)s", user_ids=[camille.id], by=actor("admin"))
    assert texts(camille) == ["90 % et %(name)s"]


def test_an_emergency_access_tells_administrators_and_auditors_at_once_but_not_its_opener(actor, other_practice):
    head, auditor, colleague = actor("admin"), actor("auditor"), actor("nurse")
    far = actor("admin", practice=other_practice)
    break_glass(reason="Patiente inconsciente, allergies", by=head)
    work()
    with override("fr"):
        assert texts(auditor) == [f"{head.name} a ouvert un accès d’urgence. Il doit être relu sous 7 jours."]
    assert texts(head) == texts(colleague) == texts(far) == []
    (row,) = Notification.objects.all()
    assert (row.link, row.level) == ("/practice/break-glass/", "urgent")


def test_a_review_still_open_after_five_days_is_recalled_once(actor):
    head, nurse = actor("admin"), actor("nurse")
    emergency = break_glass(reason="Patiente inconsciente, allergies", by=nurse)
    work()
    assert remind_reviews() == 0
    EmergencyAccess.objects.filter(pk=emergency).update(created_at=clock.now() - timedelta(days=5, minutes=1))
    assert remind_reviews() == 1
    assert remind_reviews() == 0
    work()
    assert Notification.objects.filter(user_id=head.id).count() == 2


def test_a_reviewed_access_is_recalled_to_nobody(actor):
    head, nurse = actor("admin"), actor("nurse")
    emergency = break_glass(reason="Patiente inconsciente, allergies", by=nurse)
    review_emergency(emergency_id=emergency, justified=True, comment="", by=head)
    EmergencyAccess.objects.filter(pk=emergency).update(created_at=clock.now() - timedelta(days=6))
    assert remind_reviews() == 0


def test_emergency_accesses_cannot_be_switched_off(actor):
    with pytest.raises(Invalid):
        set_preferences(wishes={"identity.glass_broken": {"screen": False}}, by=actor("admin"))
    with pytest.raises(Invalid):
        set_preferences(wishes={"identity.glass_broken": {"screen": True}}, by=actor("nurse"))


@given(st.dictionaries(st.sampled_from(["screen", "mail"]), st.booleans()))
def test_a_required_kind_stays_on_the_screen_whatever_was_wished(wishes):
    assert chosen(wishes, required=True).screen
    assert chosen(wishes, required=False).mail == wishes.get("mail", False)


@given(st.text(max_size=40))
def test_a_link_never_leaves_epione(text):
    from urllib.parse import urljoin, urlsplit

    if is_local(text):
        assert urlsplit(urljoin("https://epione.example.fr/", text)).netloc == "epione.example.fr"
