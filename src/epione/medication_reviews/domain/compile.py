"""From the criteria as a person writes them (YAML) to the compiled rules that the engine loads (JSON)."""

import re
from collections.abc import Mapping
from typing import Any

_NARROW = "\u202f"
_WIDE = "\u00a0"


class BadRules(ValueError):
    """The source of the rules is inconsistent: the message says where."""


def compile_rules(source: Mapping[str, Any], labels: Mapping[str, Any], advice: Mapping[str, Any]) -> dict[str, Any]:
    """The compiled rules. Raises BadRules when a name, a label or a piece of advice is missing."""
    criteria = [_criterion(one, labels, advice) for one in source["criteria"]]
    for criterion in criteria:
        _check_names(criterion["id"], criterion["when"], source, labels)
    return {
        "meta": {**source["meta"], "edition": "STOPP/START v3 (2023)"},
        "corrections": source["corrections"],
        "opt_in": labels["opt_in"],
        "twins": labels["twins"],
        "full_dose_mg": labels["full_dose_mg"],
        "flags": {name: {"fr": french(fr), "en": en} for name, (fr, en) in labels["flags"].items()},
        "sections": {
            kind: {letter: {"fr": fr, "en": en} for letter, (fr, en) in sections.items()}
            for kind, sections in labels["sections"].items()
        },
        "groups": _labelled(source["groups"], labels["groups"]),
        "conditions": _labelled(source["conditions"], labels["conditions"]),
        "criteria": criteria,
    }


def french(text: str) -> str:
    """French typography: narrow no-break space before ; ! ? %, no-break space before : and inside guillemets."""
    text = re.sub(r" ([;!?%])", _NARROW + r"\1", text.replace("'", "’"))
    text = re.sub(r" (:)", _WIDE + r"\1", text)
    text = re.sub(r"« ", "«" + _WIDE, re.sub(r" »", _WIDE + "»", text))
    return re.sub(r"(\d) (mg|g|h|jours|mois|semaines|mL)\b", rf"\1{_WIDE}\2", text)


def _criterion(one: Mapping[str, Any], labels: Mapping[str, Any], advice: Mapping[str, Any]) -> dict[str, Any]:
    if one["id"] not in advice:
        raise BadRules(f"{one['id']} has no advice")
    fr, en = advice[one["id"]]
    found = {
        **{
            key: one[key]
            for key in ("id", "kind", "section", "number", "severity", "computable", "confidence", "min_age", "when")
        },
        "title": {"fr": french(one["title_fr"]), "en": one["title_en"]},
        "advice": {"fr": french(fr), "en": en},
        "missing": [_limit(text, labels) for text in one["missing"]],
    }
    if one.get("note"):
        found["note"] = _limit(one["note"], labels)
    return found


def _limit(text: str, labels: Mapping[str, Any]) -> dict[str, str]:
    if text not in labels["limits"]:
        raise BadRules(f"No French for {text!r}")
    return {"fr": french(labels["limits"][text]), "en": text}


def _labelled(entries: Mapping[str, Any], english: Mapping[str, str]) -> dict[str, Any]:
    missing = set(entries) - set(english)
    if missing:
        raise BadRules(f"No English label for {', '.join(sorted(missing))}")
    return {name: {**entry, "fr": french(entry["fr"]), "en": english[name]} for name, entry in entries.items()}


def _check_names(criterion: str, tree: Any, source: Mapping[str, Any], labels: Mapping[str, Any]) -> None:
    """Every group, condition and flag of a tree exists."""
    if isinstance(tree, list):
        for child in tree:
            _check_names(criterion, child, source, labels)
    elif isinstance(tree, Mapping):
        for key, known in (("drug", source["groups"]), ("condition", source["conditions"]), ("flag", labels["flags"])):
            if key in tree and tree[key] not in known:
                raise BadRules(f"{criterion} names an unknown {key}: {tree[key]}")
        for child in tree.values():
            _check_names(criterion, child, source, labels)
