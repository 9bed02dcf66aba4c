"""What `epione surgery` prints: plans, comparisons, explanations and conflicts as lines and as JSON."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from epione.surgery.domain.planning.instance import Instance, clock
from epione.surgery.public import (
    BadInstance,
    Case,
    Change,
    Conflict,
    DayExplanation,
    Fault,
    Plan,
    Slot,
    moved,
    parse,
    placement_facts,
    read_case,
)


def as_json(answer: dict[str, Any]) -> str:
    """JSON, accents kept."""
    return json.dumps(answer, ensure_ascii=False, indent=2)


def plan_lines(instance: Instance, plan: Plan, lang: str) -> list[str]:
    """A plan as a board of rooms and hours, then refusals and how good it is known to be."""
    lines = []
    for one in plan.placements:
        facts = placement_facts(instance, one)
        wait = f" +{one.hold} min" if one.hold else ""
        lines.append(
            f"{facts['day']} {one.room:<8} {facts['start']}-{facts['room_clean']}{wait} {one.case} {facts['surgeon']}"
        )
    refused = {"fr": "refusées", "en": "refused"}[lang]
    lines.append(f"{refused}: {len(plan.refused)} ({', '.join(plan.refused) or '-'})")
    proved, unproved = {"fr": ("prouvé", "au mieux"), "en": ("proved", "at best")}[lang]
    lines += [
        f"  {one.name}: {one.value} ({proved if one.proved else f'{unproved} {one.bound}'})" for one in plan.stages
    ]
    return lines


def compare(
    instance: Instance, before: Plan, other: Instance, after: Plan, lang: str
) -> tuple[dict[str, Any], list[str]]:
    """What a change changes: refusals, and who could be operated that was not."""
    gained = sorted(set(before.refused) - set(after.refused))
    lost = sorted(set(after.refused) - set(before.refused))
    facts = {
        "refused": {"before": len(before.refused), "after": len(after.refused)},
        "refused_weight": {"before": before.cost(instance), "after": after.cost(other)},
        "gained": gained,
        "lost": lost,
        "moved": len(moved(before, after)),
    }
    words = {"fr": "avec ce changement, refusées", "en": "with this change, refused"}[lang]
    change = f"{words}: {len(before.refused)} -> {len(after.refused)}"
    return facts, [f"{change} (+ {', '.join(gained) or '-'}; - {', '.join(lost) or '-'})"]


def explanation_facts(case: Case, days: Sequence[DayExplanation]) -> dict[str, Any]:
    """An explanation as JSON; `days` is empty when the case is planned."""
    return {
        "case": case.id,
        "refused": bool(days),
        "days": [
            {
                "day": one.day.isoformat(),
                "fits": one.fits,
                "scope": one.scope,
                "core": [{"rule": kind, "resource": name} for kind, name in one.core],
                "cases": list(one.cases),
                "text": dict(one.text),
                "relaxations": [
                    {"set": relaxation.setting, "cost": relaxation.cost, "text": dict(relaxation.text)}
                    for relaxation in one.relaxations
                ],
            }
            for one in days
        ],
    }


def explanation_lines(case: Case, days: Sequence[DayExplanation], lang: str) -> list[str]:
    """An explanation as people read it."""
    if not days:
        return [{"fr": f"{case.id} est planifiée.", "en": f"{case.id} is planned."}[lang]]
    lines = []
    for one in days:
        lines.append(one.text[lang])
        lines += [f"  -> {relaxation.text[lang]}  (--set {relaxation.setting})" for relaxation in one.relaxations]
    return lines


def slot_facts(instance: Instance, slot: Slot) -> dict[str, Any]:
    """A slot as JSON."""
    reasons = [dict(reason) for reason in slot.reasons]
    return placement_facts(instance, slot.placement) | {"score": slot.score, "reasons": reasons}


def conflict_lines(found: Sequence[Conflict], lang: str) -> list[str]:
    """Conflicts as people read them: when, what, who."""
    if not found:
        return [{"fr": "Aucune règle enfreinte.", "en": "No rule is broken."}[lang]]
    return [
        " ".join(
            part
            for part in (
                one.day.isoformat() if one.day else "",
                f"{clock(one.window[0])}-{clock(one.window[1])}" if one.window else "",
                f"[{one.rule}]",
                one.text[lang],
            )
            if part
        )
        for one in found
    ]


def change_from(instance: Instance, day: date, now: int, emergencies: Sequence[Path], delays: Sequence[str]) -> Change:
    """What has happened, as typed; `BadInstance` names what cannot be read."""
    minutes = dict(_delay(instance, text) for text in delays)
    cases = tuple(_emergency(instance, file) for file in emergencies)
    return Change(day, now, cases, minutes)


def _delay(instance: Instance, text: str) -> tuple[str, int]:
    name, _, value = text.partition("=")
    if instance.case(name) is None or not (value.isascii() and value.isdigit() and len(value) <= 3):
        words = {"fr": "attendu CAS=minutes, d’un cas connu", "en": "expected CASE=minutes, of a known case"}
        raise BadInstance((Fault(f"--delay {text}", words),))
    return name, int(value)


def _emergency(instance: Instance, file: Path) -> Case:
    """One case in the format of `cases`, read with the resources of the instance."""
    values = parse(file.read_text(encoding="utf-8"))
    case = read_case(instance, values)
    if instance.case(case.id) is not None:
        words = {"fr": f"déjà pris\u00a0: {case.id}", "en": f"already taken: {case.id}"}
        raise BadInstance((Fault("id", words),))
    return case
