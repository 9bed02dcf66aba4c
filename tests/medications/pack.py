"""The shipped thesaurus as plain rows, and bare substances made of its keys."""

import csv
import gzip
import json
from functools import cache
from importlib.resources import files
from typing import Any

from epione.medications.domain.drug import Drug, DrugStatus, Ingredient

_DATA = files("epione.medications") / "data"


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((_DATA / name).read_text(encoding="utf-8").splitlines()))


PACK: dict[str, Any] = json.loads(gzip.decompress((_DATA / "ansm_interactions.json.gz").read_bytes()))
CONDITIONAL: dict[str, Any] = json.loads((_DATA / "ansm_conditional_rules.json").read_text(encoding="utf-8"))
SUPPLEMENT = rows("supplement_interactions.csv")
MAPPED = [row["ansm_key"] for row in rows("ansm_substance_map.csv") if row["bdpm_substance_codes"]]


@cache
def substance(key: str) -> Drug:
    name = PACK["entities"].get(key, {"name": key})["name"]
    part = Ingredient(f"ansm:{key}", name, entities=frozenset({key}))
    return Drug(None, name, DrugStatus.SUBSTANCE, ingredients=(part,))
