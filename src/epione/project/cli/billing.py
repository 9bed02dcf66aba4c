"""`epione billing`: search of the CCAM and prices of acts, from the tables that ship."""

import json
import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import typer

from epione.billing.domain.ccam.association import Association
from epione.billing.domain.ccam.modifiers import Specialty
from epione.billing.domain.ccam.nomenclature import Grid
from epione.billing.domain.ccam.pricing import Asked, Setting
from epione.billing.domain.ccam.search import Index
from epione.billing.domain.ccam.shares import Fee
from epione.billing.providers.ccam import key_letters
from epione.project.boot import boot

app = typer.Typer(no_args_is_help=True, help="Search an act of the CCAM, price acts.")

_ACT = re.compile(r"(?P<code>[^/+]+)(?:/(?P<activity>[1-5])(?:/(?P<phase>[0-3]))?)?(?:\+(?P<modifiers>\w+))?")


class Format(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"


class Language(StrEnum):
    """The language of sentences."""

    EN = "en"
    FR = "fr"


Output = Annotated[Format, typer.Option("--format", help="text or json.")]
Spoken = Annotated[Language, typer.Option("--language", help="Language of the sentences: en or fr.")]
Day = Annotated[str, typer.Option("--date", help="Day of the act, as 2026-03-02; today when left out.")]


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="A code, its beginning, or words of the label.")],
    on: Day = "",
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many answers.")] = 20,
    output: Output = Format.TEXT,
    language: Spoken = Language.EN,
) -> None:
    """Search the CCAM; exit code 1 when nothing fits, 2 when no edition holds on the day."""
    typed, day = " ".join(words), _day(on)
    public = _ready(language)
    try:
        found, edition = public.search_acts(typed, day, limit)
    except public.PriceRefused as refused:
        _refuse(refused, output)
    if output is Format.JSON:
        facts = {"query": typed, "edition": public.edition_facts(edition)}
        _json(facts | {"results": [public.act_facts(act) for act in found]})
    for act in found if output is Format.TEXT else ():
        part = act.parts[0]
        typer.echo(f"{act.code}  {_euros(part.first):>9} {_euros(part.other):>9}  {act.label}")
    if not found:
        typer.echo("No act fits these words.", err=True)
        raise typer.Exit(1)


@app.command()
def price(  # noqa: PLR0913 -- one option for each fact that an amount depends on
    acts: Annotated[list[str], typer.Argument(help="CODE[/ACTIVITY[/PHASE]][+MODIFIERS], as HMFC004 or HMFC004/4+A7.")],
    on: Day = "",
    sector: Annotated[Grid, typer.Option(help="1, 2, optam or optam-aco.")] = Grid.SECTOR_1,
    modifiers: Annotated[str, typer.Option(help="Modifiers of the acts that name none after '+', as KF.")] = "",
    specialty: Annotated[Specialty | None, typer.Option(help="Who does the acts.")] = None,
    anaesthetist_sector: Annotated[Grid | None, typer.Option(help="Of activity 4, when it differs.")] = None,
    association: Annotated[Association, typer.Option(help="The rule of association.")] = Association.GENERAL,
    *,
    c2s: Annotated[bool, typer.Option("--c2s", help="The patient has complementary cover (C2S).")] = False,
    emergency: Annotated[bool, typer.Option("--emergency", help="Emergency at the opposable tariff.")] = False,
    age: Annotated[int | None, typer.Option(min=0, max=130, help="Age of the patient in years.")] = None,
    agreement: Annotated[bool | None, typer.Option("--agreement/--no-agreement", help="Prior agreement.")] = None,
    anaesthetist_alone: Annotated[bool, typer.Option("--anaesthetist-alone", help="Bills apart.")] = False,
    fee: Annotated[float | None, typer.Option(min=0, max=1e6, help="Fees asked, in euros.")] = None,
    planned: Annotated[bool | None, typer.Option("--planned/--same-day", help="For a later consultation.")] = None,
    output: Output = Format.TEXT,
    language: Spoken = Language.EN,
) -> None:
    """Price acts on a day, every amount explained; exit code 2 when there is no price, with the rule that says why."""
    setting = Setting(
        _day(on), sector, specialty, anaesthetist_sector, association, c2s, emergency, age, agreement,
        anaesthetist_alone,
    )  # fmt: skip
    asked, fees = [_asked(one, modifiers) for one in acts], _cents(fee)
    public = _ready(language)
    try:
        priced = public.price_acts(asked=asked, setting=setting, fee=Fee(fees, planned))
    except public.PriceRefused as refused:
        _refuse(refused, output)
    facts = public.price_facts(priced)
    _json(facts) if output is Format.JSON else _text(facts)


@app.command()
def ngap(
    words: Annotated[list[str] | None, typer.Argument(help="A key letter, or words of its label.")] = None,
    output: Output = Format.TEXT,
) -> None:
    """Key letters of the NGAP with their labels; the table that ships has no amounts. Exit code 1 when none fits."""
    typed = " ".join(words or [])
    letters = key_letters()
    exact = {code: letters[code] for code in [typed.upper()] if code in letters}
    found = exact or {code: letters[code] for code in Index(letters.items()).search(typed, 100)} if typed else letters
    if output is Format.JSON:
        _json({"query": typed, "letters": found})
    for code, label in found.items() if output is Format.TEXT else ():
        typer.echo(f"{code:<5} {label}")
    if not found:
        typer.echo("No key letter fits these words.", err=True)
        raise typer.Exit(1)


def _asked(text: str, modifiers: str) -> Asked:
    read = _ACT.fullmatch(text.strip())
    if read is None:
        typer.echo(f"'{text}' is not an act: write CODE[/ACTIVITY[/PHASE]][+MODIFIERS].", err=True)
        raise typer.Exit(2)
    letters = tuple((read["modifiers"] or modifiers).upper().replace(",", "").replace(" ", ""))
    return Asked(read["code"].upper(), int(read["activity"] or 1), int(read["phase"] or 0), letters)


def _cents(euros: float | None) -> int | None:
    return None if euros is None else round(euros * 100)


def _day(text: str) -> date:
    if not text:
        return date.today()  # noqa: DTZ011 -- the day of the person who types
    try:
        return date.fromisoformat(text)
    except ValueError:
        typer.echo(f"'{text}' is not a date: write it as 2026-03-02.", err=True)
        raise typer.Exit(2) from None


def _ready(language: Language) -> Any:
    """The door of billing, its sentences in the language asked for."""
    boot()
    from django.utils import translation  # noqa: PLC0415 -- needs Django set up

    from epione.billing import public  # noqa: PLC0415 -- needs Django set up

    translation.activate(language.value)
    return public


def _refuse(refused: Any, output: Format) -> None:
    if output is Format.JSON:
        _json({"error": {"rule": refused.facts["rule"], "sentence": str(refused), "inputs": refused.facts["inputs"]}})
    typer.echo(str(refused), err=True)
    raise typer.Exit(2)


def _json(facts: dict[str, Any]) -> None:
    typer.echo(json.dumps(facts, ensure_ascii=False, indent=1, default=str))


def _text(facts: dict[str, Any]) -> None:
    typer.echo(f"{facts['edition']['name']}, {facts['date']}, {facts['grid']}")
    for line in facts["lines"]:
        act = f"{line['code']}/{line['activity']}/{line['phase']}"
        letters = "".join(one["code"] for one in line["modifiers"])
        code = line["association_code"] or ""
        typer.echo(f"{act:<12} {letters:<4} {code!s:<2} {_euros(line['amount_cents']):>10}  {line['label']}")
        for one in line["explanations"]:
            typer.echo(_explained(one))
    typer.echo(f"{'':<20} {_euros(facts['total_cents']):>10}  total")
    for name in ("insurer", "complement", "patient"):
        cents = facts["shares"][f"{name}_cents"]
        typer.echo(f"{'':<20} {_euros(cents):>10}  {name}")
    for one in facts["explanations"]:
        typer.echo(_explained(one))
    for one in facts["questions"]:
        typer.echo(f"    ? {one['code']} {one['modifier']}: {one['condition']}")


def _explained(one: dict[str, Any]) -> str:
    verify = " [to verify]" if one["to_verify"] else ""
    return f"    {one['sentence']} ({one['rule']}; {one['source']}){verify}"


def _euros(cents: int | None) -> str:
    return "–" if cents is None else f"{cents // 100}.{cents % 100:02d}"
