"""`epione user`: people of a practice, from the command line of the machine."""

import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from epione.identity.queries import Person
    from epione.kernel.actor import Actor

app = typer.Typer(no_args_is_help=True, help="People of a practice: create, list, disable, change roles, unlock.")

PracticeOption = Annotated[str, typer.Option("--practice", help="FINESS or id, when several practices live here.")]
FormatOption = Annotated[str, typer.Option("--format", help="text or json.")]


@contextmanager
def prepared() -> Iterator[None]:
    """Django set up; an expected refusal becomes one sentence and exit code 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "epione.project.settings")
    import django  # noqa: PLC0415 -- slow import

    django.setup()
    from epione.kernel.errors import Expected  # noqa: PLC0415 -- needs Django set up

    try:
        yield
    except Expected as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(2) from refusal


def fail(sentence: str) -> typer.Exit:
    """One sentence on the error output; the caller raises what this answers."""
    typer.echo(sentence, err=True)
    return typer.Exit(2)


def operator(practice: str) -> "Actor":
    """Who commands: the person at the machine, with an administrator's rights in one practice."""
    from epione.identity.public import find_practice, service_actor  # noqa: PLC0415 -- needs Django set up

    found = find_practice(practice)
    if found is None:
        raise fail("Name one practice with --practice (its FINESS or id); `epione setup` opens the first one.")
    return service_actor(found.id, "epione user", roles=frozenset({"admin"}))


def _one(by: "Actor", username: str) -> "Person":
    from epione.identity.public import people_of  # noqa: PLC0415 -- needs Django set up

    for person in people_of(by.practice_id):
        if person.username.lower() == username.lower():
            return person
    raise fail(f"Nobody is called '{username}' in this practice: see `epione user list`.")


def _row(person: "Person") -> dict[str, Any]:
    return {
        "id": str(person.id),
        "username": person.username,
        "name": person.name,
        "email": person.email,
        "roles": sorted(person.roles),
        "status": person.status,
    }


def _say(rows: list[dict[str, Any]], form: str) -> None:
    if form == "json":
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        typer.echo(f"{row['username']:<24} {row['status']:<9} {', '.join(row['roles']):<28} {row['name']}")


@app.command("list")
def list_people(practice: PracticeOption = "", form: FormatOption = "text") -> None:
    """Everybody of a practice."""
    with prepared():
        from epione.identity.public import people_of  # noqa: PLC0415 -- needs Django set up

        _say([_row(person) for person in people_of(operator(practice).practice_id)], form)


@app.command()
def create(
    username: str,
    role: Annotated[list[str], typer.Option(help="One or several roles.")],
    email: str = "",
    first_name: str = "",
    last_name: str = "",
    rpps: str = "",
    practice: PracticeOption = "",
) -> None:
    """Create a person; the password printed is shown this once, and a second factor is asked at the first sign-in."""
    with prepared():
        from epione.identity.public import create_user  # noqa: PLC0415 -- needs Django set up

        by, password = operator(practice), secrets.token_urlsafe(15)
        create_user(
            practice_id=by.practice_id,
            username=username,
            password=password,
            roles=role,
            by=by,
            email=email,
            first_name=first_name,
            last_name=last_name,
            rpps=rpps,
        )
        typer.echo(f"{username} {password}")


def _act(name: str, username: str, practice: str, **more: Any) -> None:
    with prepared():
        from epione.identity import services  # noqa: PLC0415 -- needs Django set up

        by = operator(practice)
        service: Callable[..., Any] = getattr(services, name)
        _say([_row(service(user_id=_one(by, username).id, by=by, **more))], "text")


@app.command()
def approve(username: str, practice: PracticeOption = "") -> None:
    """Let a person who asked for an account work in the practice."""
    _act("approve_member", username, practice)


@app.command()
def disable(username: str, practice: PracticeOption = "") -> None:
    """Close the practice to a person; her sessions and tokens end at once."""
    _act("disable_member", username, practice)


@app.command()
def role(username: str, roles: list[str], practice: PracticeOption = "") -> None:
    """Give a person other roles."""
    _act("change_roles", username, practice, roles=roles)


@app.command()
def unlock(username: str, practice: PracticeOption = "") -> None:
    """Forget the failures that locked a person."""
    _act("unlock", username, practice)


@app.command("reset-mfa")
def reset_mfa(username: str, practice: PracticeOption = "") -> None:
    """Take a person's second factors away, once you have checked who she is; she enrols again."""
    _act("reset_factors", username, practice)


@app.command()
def password(username: str, practice: PracticeOption = "") -> None:
    """Give a person a new password, once you have checked who she is; it is printed this once."""
    with prepared():
        from epione.identity.services import renew_password  # noqa: PLC0415 -- needs Django set up

        by = operator(practice)
        typer.echo(f"{username} {renew_password(user_id=_one(by, username).id, by=by)}")


@app.command()
def client(
    name: str,
    role: Annotated[list[str] | None, typer.Option(help="Roles of the program in its own name.")] = None,
    redirect: Annotated[
        list[str] | None, typer.Option(help="Addresses to come back to, for persons who agree.")
    ] = None,
    rate: Annotated[str, typer.Option(help="integration, modality, internal or interactive.")] = "integration",
    practice: PracticeOption = "",
) -> None:
    """Let a program call the API (OAuth 2); prints its client id and its secret, shown this once."""
    with prepared():
        from epione.identity.public import create_api_client  # noqa: PLC0415 -- needs Django set up

        made = create_api_client(
            name=name, roles=role or [], rate_class=rate, redirect_uris=redirect or [], by=operator(practice)
        )
        typer.echo(f"{made.client_id} {made.secret}")
