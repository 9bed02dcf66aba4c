"""The vocabulary of interaction facts: every row coded, every code written in both languages, every number kept."""

import gzip
import json
import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from epione.medications.domain.vocabulary import Vocabulary

DATA = Path(__file__).parents[2] / "src" / "epione" / "medications" / "data"
WORDS = json.loads((DATA / "vocabulary.json").read_text(encoding="utf-8"))
FACTS = json.loads((DATA / "interaction_facts.json").read_text(encoding="utf-8"))
ROWS = FACTS["rows"]
VOCABULARY = Vocabulary(WORDS, FACTS)
DEFINITIONS = {"CI": "contraindicated", "AD": "avoid", "PE": "take-precautions", "APC": "take-into-account"}
KINDS = {"side", "quantity", "drug", "drugs"}
QUANTITY_KEYS = {"value", "min", "max", "op", "unit"}
THESAURUS = os.environ.get("EPIONE_THESAURUS_JSON", "")


def thesaurus_rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(gzip.decompress((DATA / "ansm_interactions.json.gz").read_bytes()))[
        "interactions"
    ]
    return rows


def coded(row: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind in ("mechanisms", "actions"):
        for fact in row[kind]:
            yield kind, fact
            for qualifier in fact.get("when", []):
                yield "qualifiers", qualifier


def numbers_in(value: Any) -> set[float]:
    if isinstance(value, dict):
        return set().union(*(numbers_in(part) for part in value.values()), set())
    if isinstance(value, list):
        return set().union(*(numbers_in(part) for part in value), set())
    return {float(value)} if isinstance(value, (int, float)) and not isinstance(value, bool) else set()


def why_and_what(
    a: str, b: str, lang: str, name_a: str, name_b: str, level: str | None = None
) -> tuple[list[str], list[str]]:
    facts = VOCABULARY.facts_of(a, b)
    assert facts is not None
    return VOCABULARY.sentences(facts, lang, name_a, name_b, level)  # type: ignore[arg-type]


def test_every_row_of_the_thesaurus_is_coded_once() -> None:
    assert [(row["a"], row["b"]) for row in ROWS] == [(row["a"], row["b"]) for row in thesaurus_rows()]
    assert len(VOCABULARY) == 1623


def test_every_row_says_why_and_what_to_do() -> None:
    assert [row["a"] for row in ROWS if not row["mechanisms"] or not row["actions"]] == []


def test_every_code_is_in_the_vocabulary_and_every_word_serves() -> None:
    used: dict[str, set[str]] = {"mechanisms": set(), "actions": set(), "qualifiers": set()}
    for row in ROWS:
        for kind, fact in coded(row):
            used[kind].add(fact["code"])
    assert {kind: set(WORDS[kind]) for kind in used} == used


@pytest.mark.parametrize(
    ("kind", "texts"),
    [("mechanisms", ("label", "sentence")), ("actions", ("label", "sentence")), ("qualifiers", ("text",))],
)
def test_every_word_has_french_and_english(kind: str, texts: tuple[str, ...]) -> None:
    silent = [
        code
        for code, word in WORDS[kind].items()
        for text in texts
        if not all(word[text][lang].strip() for lang in ("fr", "en"))
    ]
    assert silent == []


def test_codes_are_english_kebab_case() -> None:
    codes = [code for kind in ("mechanisms", "actions", "qualifiers") for code in WORDS[kind]]
    assert [code for code in codes if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)] == []


def test_french_texts_carry_french_typography() -> None:
    texts = [
        word[text]["fr"]
        for kind in ("mechanisms", "actions")
        for word in WORDS[kind].values()
        for text in ("label", "sentence")
    ]
    texts += [word["text"]["fr"] for word in WORDS["qualifiers"].values()]
    plain = [re.sub(r"\{[^}]*\}", "", text) for text in texts]
    assert [text for text in plain if "'" in text or re.search(r"(?<!\u00a0):|(?<!\u202f)[;!?%]", text)] == []


def test_directed_mechanisms_name_the_side_that_changes() -> None:
    wrong = [
        (row["a"], row["b"], fact["code"])
        for row in ROWS
        for fact in row["mechanisms"]
        if (fact.get("affected") in {"a", "b", "both"}) != WORDS["mechanisms"][fact["code"]]["directed"]
    ]
    assert wrong == []


def test_parameters_have_the_declared_kind_and_a_known_unit() -> None:
    wrong = []
    for row in ROWS:
        for kind, fact in coded(row):
            for name, value in fact.get("params", {}).items():
                declared = (
                    WORDS[kind][fact["code"]]
                    .get("params", {"size": "quantity", "half_life": "quantity", "strength": "strength"})
                    .get(name)
                )
                if not valid(declared, value):
                    wrong.append((row["a"], row["b"], fact["code"], name, value))
    assert wrong == []


def valid(kind: str | None, value: Any) -> bool:
    match kind:
        case "side":
            return value in {"a", "b", "both"}
        case "drug":
            return value in WORDS["drugs"]
        case "drugs":
            return bool(value) and set(value) <= set(WORDS["drugs"])
        case "quantity":
            return set(value) <= QUANTITY_KEYS and value["unit"] in WORDS["units"] and bool(numbers_in(value))
        case "strength":
            return value in {"very-strong", "strong", "mild"}
    return False


def test_the_declared_kinds_are_known() -> None:
    declared = {
        kind
        for words in ("actions", "qualifiers")
        for word in WORDS[words].values()
        for kind in word["params"].values()
    }
    assert declared <= KINDS


def test_every_number_of_the_source_is_a_parameter_or_says_why_not() -> None:
    lost = []
    for row in ROWS:
        kept = numbers_in(row["mechanisms"]) | numbers_in(row["actions"])
        excused = {float(item["number"]) for item in row.get("not_actionable", [])}
        lost += [
            (row["a"], row["b"], number) for number in row.get("numbers", []) if float(number) not in kept | excused
        ]
    assert lost == []


def test_numbers_left_out_have_a_known_reason() -> None:
    left_out = [item for row in ROWS for item in row.get("not_actionable", [])]
    assert {item["reason"] for item in left_out} <= set(WORDS["not_actionable"])
    assert len(left_out) == 14


def test_every_negation_of_the_source_is_kept_or_says_why_not() -> None:
    lost = []
    for row in ROWS:
        if row.get("negation", "kept") != "kept":
            assert row["negation"] in WORDS["negation_reasons"]
        elif "negation" in row and not any(WORDS[kind][fact["code"]].get("negative") for kind, fact in coded(row)):
            lost.append((row["a"], row["b"]))
    assert lost == []


def test_the_list_of_qualifiers_is_that_of_the_facts() -> None:
    for row in ROWS:
        assert row["qualifiers"] == sorted({fact["code"] for kind, fact in coded(row) if kind == "qualifiers"})


def test_the_rows_without_management_follow_their_level() -> None:
    levels = {(row["a"], row["b"]): row["levels"] for row in thesaurus_rows()}
    silent = [row for row in ROWS if row.get("from_level")]
    assert len(silent) == 736
    for row in silent:
        wanted = [DEFINITIONS[level] for level in levels[row["a"], row["b"]]]
        assert [action["code"] for action in row["actions"]][: len(wanted)] == wanted


def test_contraindicated_and_discouraged_rows_say_so() -> None:
    for row in thesaurus_rows():
        codes = {fact["code"] for fact in BY_PAIR[row["a"], row["b"]]["actions"]}
        for level in row["levels"]:
            if level in {"CI", "AD"} and (row["a"], row["b"]) not in DELEGATED:
                assert DEFINITIONS[level] in codes, (row["a"], row["b"], level)


BY_PAIR = {(row["a"], row["b"]): row for row in ROWS}
# The source sends the reader to each product's own information: no level is decided there.
DELEGATED = {("inhibiteurs de la phosphodiesterase de type 5", "inhibiteurs puissants du cyp3a4")}


def test_actions_of_a_composite_row_name_a_level_of_the_row() -> None:
    levels = {(row["a"], row["b"]): row["levels"] for row in thesaurus_rows()}
    wrong = [
        (row["a"], row["b"])
        for row in ROWS
        for action in row["actions"]
        if len(levels[row["a"], row["b"]]) > 1 and action.get("level") not in {None, *levels[row["a"], row["b"]]}
    ]
    assert wrong == []


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_row_reads_without_a_gap(lang: str) -> None:
    gaps = []
    for row in ROWS:
        why, what = why_and_what(row["a"], row["b"], lang, "première", "seconde")
        gaps += [
            text
            for text in why + what
            if re.search(r"[\[\]{}]|  | [.,]|,,|None", text) or not text.endswith(".") or text[0].islower()
        ]
        assert why
        assert what
    assert gaps == []


def test_an_interaction_reads_as_a_pharmacist_writes_it() -> None:
    why, what = why_and_what("fluconazole", "simvastatine", "fr", "fluconazole", "simvastatine")
    assert why[0] == "Majore les concentrations de simvastatine par inhibition du CYP3A4."
    assert what == [
        "Ne pas dépasser 20\u00a0mg par jour de simvastatine.",
        "Si l’objectif n’est pas atteint à cette dose\u00a0: préférer une autre statine non concernée.",
    ]


def test_the_order_of_the_question_does_not_change_the_answer() -> None:
    for row in ROWS:
        straight = why_and_what(row["a"], row["b"], "fr", "alpha", "bêta")
        if row["a"] != row["b"]:
            assert why_and_what(row["b"], row["a"], "fr", "bêta", "alpha") == straight


def test_the_side_whose_exposure_falls_is_the_victim_of_the_inducer() -> None:
    why, _ = why_and_what("rifampicine", "apixaban", "fr", "rifampicine", "apixaban")
    assert why[0] == "Abaisse les concentrations d’apixaban."
    facts = VOCABULARY.facts_of("apixaban", "rifampicine")
    assert facts is not None
    assert [m.affected for m in facts.mechanisms] == ["a", "a"]


def test_the_resolved_level_keeps_only_its_own_actions() -> None:
    _, what = why_and_what("methotrexate", "trimethoprime", "fr", "méthotrexate", "triméthoprime", "CI")
    assert what == ["Avec le méthotrexate (plus de 20\u00a0mg par semaine)\u00a0: ne pas associer (contre-indication)."]


def test_time_after_stopping_is_kept() -> None:
    _, what = why_and_what("antivitamines k", "rifampicine", "en", "warfarin", "rifampicin")
    assert (
        what[1]
        == "Adjust the dose of warfarin if needed during the combination and for 8\u00a0days after stopping rifampicin."
    )


def test_an_exception_is_kept() -> None:
    _, what = why_and_what("potassium", "tacrolimus", "fr", "potassium", "tacrolimus")
    assert what == [
        "Éviter cette association, sauf si le bénéfice l’emporte sur le risque (sauf en cas d’hypokaliémie)."
    ]


def test_a_contraindication_between_two_members_names_both() -> None:
    _, what = why_and_what(
        "fibrates", "inhibiteurs de l hmg coa reductase statines", "fr", "gemfibrozil", "simvastatine", "CI"
    )
    assert what[0] == "Entre gemfibrozil et simvastatine\u00a0: ne pas associer (contre-indication)."


def test_an_unknown_pair_has_no_facts() -> None:
    assert VOCABULARY.facts_of("paracetamol", "eau") is None


def test_a_label_exists_in_both_languages() -> None:
    assert VOCABULARY.label("actions", "monitor-inr", "fr") == "Surveiller l’INR"
    assert VOCABULARY.label("mechanisms", "torsades-additive", "en") == "Torsades de pointes"


WORD_NUMBERS = {"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "douze": 12}
PARTS = (
    (r"\bdeux[ -]tiers\b", 0.667),
    (r"\btrois quarts\b", 0.75),
    (r"\bun tiers\b", 0.333),
    (r"\bmoitie\b", 0.5),
    (r"\bdoubl(?:er|ement|ee?)\b", 2.0),
    (r"\bquadruplement\b", 4.0),
)
COUNTED = (
    r"\b(un|une|deux|trois|quatre|cinq|six|douze) (?:a (?:trois|deux) )?"
    r"(?:premier\w* |seule )?(?:heures?|jours?|semaines?|mois|fois|cycles?|prises?)\b"
)


def numbers_of_text(text: str) -> list[float]:
    plain = "".join(
        c for c in unicodedata.normalize("NFD", text.replace("’", "'")) if not unicodedata.combining(c)
    ).lower()
    plain = re.sub(r"(\d),(\d{3})(?!\d)", r"\1\2", plain)
    found = [float(n.replace(",", ".")) for n in re.findall(r"(?<![a-z\d,.])\d+(?:[.,]\d+)?", plain)]
    for pattern, value in PARTS:
        plain, times = re.subn(pattern, " ", plain)
        found += [value] * times
    return sorted(found + [float(WORD_NUMBERS[m.group(1)]) for m in re.finditer(COUNTED, plain)])


@pytest.mark.slow
@pytest.mark.skipif(not THESAURUS, reason="EPIONE_THESAURUS_JSON does not name the text pack")
def test_the_numbers_are_those_of_the_texts() -> None:
    raw = Path(THESAURUS).read_bytes()
    texts = json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)["interactions"]
    wrong = [
        (row["a"], row["b"])
        for row in texts
        if numbers_of_text(f"{row['mechanism']} {row['management']}")
        != [float(n) for n in BY_PAIR[row["a"], row["b"]].get("numbers", [])]
    ]
    assert wrong == []


@pytest.mark.slow
@pytest.mark.skipif(not THESAURUS, reason="EPIONE_THESAURUS_JSON does not name the text pack")
def test_the_rows_without_management_are_those_of_the_texts() -> None:
    raw = Path(THESAURUS).read_bytes()
    texts = json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)["interactions"]
    assert [bool(BY_PAIR[row["a"], row["b"]].get("from_level")) for row in texts] == [
        not row["management"] for row in texts
    ]
