"""`epione setup` and `epione user`: the first administrator and the people, without a default account."""

import json
from typing import Any

import pytest
import typer
from allauth.mfa.models import Authenticator
from typer.testing import CliRunner, Result

from epione.identity.models import Membership, Practice, Site, User
from epione.identity.public import PracticeFacts
from epione.identity.services import enrol_factor, propose_factor
from epione.kernel.errors import Invalid
from epione.project.cli import setup, user

pytestmark = pytest.mark.django_db
OPENED = ["--practice", "Pharmacie des Halles", "--finess", "750712184", "--admin", "directrice", "--email", "d@e.fr"]


def run_setup(*options: str, password: str = "marronnier violet") -> Result:
    app = typer.Typer()
    app.command()(setup.setup)
    return CliRunner().invoke(app, [*OPENED, *options], env={"EPIONE_ADMIN_PASSWORD": password})


def run_user(*arguments: str) -> Result:
    return CliRunner().invoke(user.app, list(arguments))


def test_setup_opens_a_practice_with_its_administrator() -> None:
    done = run_setup("--keys-saved", "--site", "Halles", "--site", "Port")
    assert done.exit_code == 0, done.output
    assert Practice.objects.get().finess == "750712184"
    assert set(Site.objects.values_list("name", flat=True)) == {"Halles", "Port"}
    assert Membership.objects.get(user__username="directrice").roles == ["admin"]
    assert "marronnier" not in done.output


def test_setup_refuses_until_the_key_is_saved() -> None:
    assert run_setup().exit_code == 2
    assert not Practice.objects.exists()


@pytest.mark.parametrize("password", ["court", "password", "directrice"])
def test_setup_refuses_a_weak_password_and_leaves_nothing(password: str) -> None:
    assert run_setup("--keys-saved", password=password).exit_code == 2
    assert not Practice.objects.exists()
    assert not User.objects.exists()


def test_setup_refuses_a_wrong_finess() -> None:
    refused = run_setup("--keys-saved", "--finess", "750712185")
    assert refused.exit_code == 2
    assert not Practice.objects.exists()


def test_setup_is_done_once(practice: PracticeFacts) -> None:
    assert run_setup("--keys-saved").exit_code == 2
    assert Practice.objects.count() == 1


def test_the_first_factor_is_proved_before_it_counts(practice: PracticeFacts) -> None:
    import time

    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    run_user("create", "directrice", "--role", "admin")
    secret, address = propose_factor("directrice")
    assert secret in address
    with pytest.raises(Invalid):
        enrol_factor(username="directrice", secret=secret, code="000000")
    assert not Authenticator.objects.exists()
    codes = enrol_factor(
        username="directrice", secret=secret, code=format_hotp_value(hotp_value(secret, int(time.time() // 30)))
    )
    assert len(codes) == 10
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}


def test_people_are_created_listed_changed_and_closed(practice: PracticeFacts) -> None:
    made = run_user("create", "camille", "--role", "pharmacist", "--rpps", "10001234565")
    name, password = made.stdout.split()
    assert (name, User.objects.get(username="camille").check_password(password)) == ("camille", True)
    assert run_user("role", "camille", "nurse", "secretary").exit_code == 0
    listed: list[dict[str, Any]] = json.loads(run_user("list", "--format", "json").stdout)
    assert [(one["username"], one["roles"], one["status"]) for one in listed] == [
        ("camille", ["nurse", "secretary"], "active")
    ]
    assert run_user("disable", "camille").exit_code == 0
    assert Membership.objects.get().status == "disabled"
    assert run_user("approve", "camille").exit_code == 0
    assert run_user("unlock", "camille").exit_code == 0
    assert run_user("reset-mfa", "camille").exit_code == 0
    renewed = run_user("password", "camille").stdout.split()[1]
    assert renewed != password
    assert User.objects.get().check_password(renewed)


@pytest.mark.parametrize(
    "arguments",
    [
        ("disable", "nobody"),
        ("create", "x", "--role", "wizard"),
        ("create", "x", "--role", "nurse", "--rpps", "10001234567"),
        ("list", "--practice", "999999999"),
        ("client", "robot"),
    ],
)
def test_a_refusal_is_a_sentence_and_an_exit_code(practice: PracticeFacts, arguments: tuple[str, ...]) -> None:
    refused = run_user(*arguments)
    assert refused.exit_code == 2
    assert len(refused.stderr.strip().splitlines()) == 1


def test_a_practice_is_named_when_several_live_here(practice: PracticeFacts, other_practice: PracticeFacts) -> None:
    assert run_user("list").exit_code == 2
    assert run_user("list", "--practice", str(other_practice.id)).exit_code == 0
