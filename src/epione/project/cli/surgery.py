"""`epione surgery`: plan a theatre from a file, find a slot, check a plan, explain a refusal, plan again."""

import json
from dataclasses import replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from epione.project.surgery_command import (
    as_json,
    change_from,
    compare,
    conflict_lines,
    explanation_facts,
    explanation_lines,
    plan_lines,
    slot_facts,
)
from epione.surgery.domain.ihtc.cost import costs, violations
from epione.surgery.domain.ihtc.instance import read_hospital, solution_facts
from epione.surgery.domain.planning.fields import read_clock, read_day
from epione.surgery.domain.planning.sample import sample as invent
from epione.surgery.providers.cpsat.ihtc import solve_hospital
from epione.surgery.public import (
    BadInstance,
    Case,
    Instance,
    Options,
    changed,
    conflict_facts,
    explain_refusal,
    find_optimal_slot,
    moved,
    parse,
    plan_day,
    plan_facts,
    plan_week,
    read_instance,
    read_plan,
)
from epione.surgery.public import (
    check as check_plan,
)
from epione.surgery.public import (
    replan as plan_again,
)

app = typer.Typer(no_args_is_help=True, help="Plan operations: rooms, people, resources; explained and checked.")


class Format(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"


class Language(StrEnum):
    """Language of the sentences."""

    FR = "fr"
    EN = "en"


File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Instance, JSON (docs/surgery-planning.md).")]
PlanFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Plan, as `plan --format json` wrote it.")]
Output = Annotated[Format, typer.Option("--format", help="How to print the answer.")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of the sentences.")]
Seconds = Annotated[float, typer.Option("--seconds", min=0.1, max=3600, help="How long to search.")]
Workers = Annotated[int, typer.Option("--workers", min=1, max=64, help="Parallel searches.")]
Repeatable = Annotated[bool, typer.Option("--repeatable", help="The same plan each time: one worker, work counted.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", help="room:R3=08:00-19:00, surgeon:S1=closed, equipment:tower=2...")
]


@app.command()
def plan(  # noqa: PLR0913, PLR0917 -- one parameter per option of the command
    file: File,
    output: Output = Format.TEXT,
    lang: Lang = Language.FR,
    seconds: Seconds = 10,
    workers: Workers = 8,
    repeatable: Repeatable = False,
    week: Annotated[bool, typer.Option("--week", help="All the days of the file, not only the first.")] = False,
    settings: Settings = None,
    what_if: Annotated[
        list[str] | None, typer.Option("--what-if", help="Plan with and without this change, and compare.")
    ] = None,
    explain: Annotated[str, typer.Option("--explain", help="Why this case is refused.")] = "",
) -> None:
    """Plan the first day of an instance, or all of them. Exit code 2 on a bad file."""
    instance = _instance(file, settings, lang)
    instance = instance if week else replace(instance, days=instance.days[:1])
    other = _changed(instance, what_if, lang) if what_if else None
    asked = _case(instance, explain, lang) if explain else None
    options = Options(seconds, workers, repeatable=repeatable)
    solve = plan_week if week else plan_day
    found = solve(instance, options)
    answer = plan_facts(instance, found)
    lines = plan_lines(instance, found, lang.value)
    if other is not None:
        answer["what_if"], more = compare(instance, found, other, solve(other, options, known=found), lang.value)
        lines += more
    if asked is not None:
        days = explain_refusal(instance, found, asked, options) if asked.id in found.refused else ()
        answer["explanation"] = explanation_facts(asked, days)
        lines += explanation_lines(asked, days, lang.value)
    typer.echo(as_json(answer) if output is Format.JSON else "\n".join(lines))


@app.command()
def slot(
    file: File,
    plan_file: PlanFile,
    case: Annotated[str, typer.Argument(help="The case to place.")],
    output: Output = Format.TEXT,
    lang: Lang = Language.FR,
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many slots.")] = 5,
) -> None:
    """Rank the slots of one more case in a plan, with reasons; exit code 1 when there is none."""
    instance, current = _both(file, plan_file, lang)
    found = find_optimal_slot(instance, current, _case(instance, case, lang), limit)
    facts = [slot_facts(instance, one) for one in found]
    if output is Format.JSON:
        typer.echo(as_json({"version": 1, "case": case, "slots": facts}))
    for one in facts if output is Format.TEXT else []:
        reasons = ", ".join(reason[lang.value] for reason in one["reasons"])
        typer.echo(f"{one['day']} {one['start']}-{one['room_clean']} {one['room']}: {reasons}")
    if not found:
        typer.echo("No slot: `plan --explain` says why.", err=True)
        raise typer.Exit(1)


@app.command()
def check(file: File, plan_file: PlanFile, output: Output = Format.TEXT, lang: Lang = Language.FR) -> None:
    """Check a plan of any origin against every rule; exit code 1 when it breaks one."""
    instance, current = _both(file, plan_file, lang)
    found = check_plan(instance, current)
    if output is Format.JSON:
        typer.echo(as_json({"version": 1, "violations": [conflict_facts(one) for one in found]}))
    else:
        typer.echo("\n".join(conflict_lines(found, lang.value)))
    if found:
        raise typer.Exit(1)


@app.command()
def replan(  # noqa: PLR0913, PLR0917 -- one parameter per option of the command
    file: File,
    plan_file: PlanFile,
    now: Annotated[str, typer.Option("--now", help="The hour, HH:MM: what has started stays.")],
    day: Annotated[str, typer.Option("--day", help="The day, YYYY-MM-DD; the first without it.")] = "",
    emergency: Annotated[
        list[Path] | None, typer.Option("--emergency", exists=True, help="A case to operate today, JSON.")
    ] = None,
    delay: Annotated[list[str] | None, typer.Option("--delay", help="Case and minutes more: C001=30.")] = None,
    settings: Settings = None,
    output: Output = Format.TEXT,
    lang: Lang = Language.FR,
    seconds: Seconds = 3,
    workers: Workers = 8,
) -> None:
    """Plan a day again with the fewest changes; exit code 1 when what must be operated does not fit."""
    instance, current = _both(file, plan_file, lang)
    try:
        change = change_from(instance, _day(day, instance), _minutes(now), emergency or [], delay or [])
    except BadInstance as error:
        raise _refusal(error, lang) from None
    after, outcome = plan_again(_changed(instance, settings, lang), current, change, Options(seconds, workers))
    if outcome.plan is None:
        said = (
            "It does not fit, and this is proved."
            if outcome.proved
            else "No plan was found in time; nothing is proved."
        )
        typer.echo(said, err=True)
        raise typer.Exit(1)
    told = moved(current, outcome.plan)
    if output is Format.JSON:
        typer.echo(as_json(plan_facts(after, outcome.plan) | {"moved": list(told)}))
    else:
        typer.echo("\n".join([*plan_lines(after, outcome.plan, lang.value), f"moved: {', '.join(told) or '-'}"]))


@app.command()
def sample(
    seed: Annotated[int, typer.Option(help="Another seed, another instance.")] = 1,
    cases: Annotated[int, typer.Option(min=1, max=2000)] = 40,
    rooms: Annotated[int, typer.Option(min=1, max=60)] = 8,
    days: Annotated[int, typer.Option(min=1, max=20)] = 1,
) -> None:
    """Print an invented instance, to try the planner or to see the format."""
    typer.echo(json.dumps(invent(seed, cases, rooms, days), ensure_ascii=False, indent=2))


@app.command()
def ihtc(
    file: File,
    solution: Annotated[Path, typer.Option("-o", "--output", help="Where to write the solution.")],
    seconds: Seconds = 300,
    workers: Workers = 8,
    lang: Lang = Language.FR,
) -> None:
    """Solve an instance of the IHTC-2024 competition; exit code 1 when no solution is found in time."""
    values = _values(file, lang)
    try:
        hospital = read_hospital(values)
    except BadInstance as error:
        raise _refusal(error, lang) from None
    answer = solve_hospital(hospital, Options(seconds, workers))
    if answer.solution is None:
        typer.echo("No solution was found in time.", err=True)
        raise typer.Exit(1)
    broken, parts = violations(hospital, answer.solution), costs(hospital, answer.solution)
    solution.write_text(as_json(solution_facts(hospital, answer.solution)), encoding="utf-8")
    for name, value in {**broken, **parts}.items():
        typer.echo(f"{name}: {value}")
    typer.echo(f"cost: {sum(parts.values())} (at best {answer.bound}), violations: {sum(broken.values())}")
    if broken:
        raise typer.Exit(1)


def _refusal(error: BadInstance, lang: Language) -> typer.Exit:
    """Every fault on the standard error, then exit code 2."""
    for fault in error.faults:
        typer.echo(f"{fault.where}: {fault.text[lang.value]}".removeprefix(": "), err=True)
    return typer.Exit(2)


def _values(file: Path, lang: Language) -> Any:
    try:
        return parse(file.read_text(encoding="utf-8"))
    except BadInstance as error:
        raise _refusal(error, lang) from None
    except UnicodeDecodeError:
        typer.echo("This file is not UTF-8.", err=True)
        raise typer.Exit(2) from None


def _instance(file: Path, settings: list[str] | None, lang: Language) -> Instance:
    values = _values(file, lang)
    try:
        return changed(read_instance(values), settings or [])
    except BadInstance as error:
        raise _refusal(error, lang) from None


def _changed(instance: Instance, settings: list[str] | None, lang: Language) -> Instance:
    try:
        return changed(instance, settings or [])
    except BadInstance as error:
        raise _refusal(error, lang) from None


def _both(file: Path, plan_file: Path, lang: Language) -> tuple[Instance, Any]:
    instance, values = _instance(file, None, lang), _values(plan_file, lang)
    try:
        return instance, read_plan(values)
    except BadInstance as error:
        raise _refusal(error, lang) from None


def _case(instance: Instance, name: str, lang: Language) -> Case:
    found = instance.case(name)
    if found is None:
        words = {"fr": f"intervention inconnue\u00a0: {name}", "en": f"unknown case: {name}"}
        typer.echo(words[lang.value], err=True)
        raise typer.Exit(2)
    return found


def _day(text: str, instance: Instance) -> date:
    found = read_day(text) if text else instance.days[0]
    if found is None or found not in instance.days:
        typer.echo(f"--day: {text} is no day of this instance (YYYY-MM-DD).", err=True)
        raise typer.Exit(2)
    return found


def _minutes(text: str) -> int:
    found = read_clock(text)
    if found is None:
        typer.echo(f"--now: {text} is no hour (HH:MM).", err=True)
        raise typer.Exit(2)
    return found
