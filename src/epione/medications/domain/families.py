"""Therapeutic families by ATC code: what a pharmacist calls one class, wherever ATC files its combinations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from epione.medications.domain.drug import Drug

Text = Mapping[str, str]
_UNSURE_SOURCE = "who_name_ambiguous"


@dataclass(frozen=True, slots=True)
class Family:
    """A therapeutic family; `why_several` is the usual case in which two members go together, None if there is none."""

    key: str
    name: Text
    prefixes: tuple[str, ...]
    why_several: Text | None = None


def _family(key: str, fr: str, en: str, *prefixes: str, why: tuple[str, str] | None = None) -> Family:
    return Family(key, {"fr": fr, "en": en}, prefixes, {"fr": why[0], "en": why[1]} if why else None)


_POLYTHERAPY = ("associations thérapeutiques usuelles", "combined treatment is usual")

# Families that ATC spreads over several level-4 groups, or whose members are usually combined.
FAMILIES: tuple[Family, ...] = (
    _family("acei", "inhibiteurs de l’enzyme de conversion", "ACE inhibitors", "C09A", "C09B"),
    _family("arb", "antagonistes de l’angiotensine II", "angiotensin receptor blockers", "C09C", "C09D"),
    _family("betablocker", "bêta-bloquants", "beta-blockers", "C07"),
    _family("statin", "statines", "statins", "C10AA", "C10B"),
    _family("dihydropyridine", "dihydropyridines", "dihydropyridines", "C08CA", "C08G"),
    _family("ppi", "inhibiteurs de la pompe à protons", "proton pump inhibitors", "A02BC"),
    _family("nsaid", "anti-inflammatoires non stéroïdiens", "NSAIDs",
            "M01AA", "M01AB", "M01AC", "M01AE", "M01AG", "M01AH", "M01BA"),
    _family("benzodiazepine", "benzodiazépines et apparentés", "benzodiazepines and Z-drugs",
            "N05BA", "N05CD", "N05CF", "N03AE01"),
    _family("ssri", "inhibiteurs de la recapture de la sérotonine", "serotonin reuptake inhibitors", "N06AB"),
    _family("anticoagulant", "anticoagulants", "anticoagulants", "B01AA", "B01AB", "B01AE", "B01AF",
            why=("relais d’un anticoagulant à l’autre", "switch from one anticoagulant to another")),
    _family("antiplatelet", "antiagrégants plaquettaires", "antiplatelet agents", "B01AC",
            why=("double antiagrégation après un syndrome coronarien ou un stent",
                 "dual antiplatelet therapy after a coronary event or a stent")),
    _family("opioid", "opioïdes", "opioids", "N02A",
            why=("traitement de fond et interdoses", "background treatment and rescue doses")),
    _family("insulin", "insulines", "insulins", "A10A",
            why=("insuline basale et insuline rapide", "basal and rapid insulin")),
    _family("nitrate", "dérivés nitrés", "nitrates", "C01DA",
            why=("traitement de fond et traitement de la crise", "background treatment and relief of attacks")),
    _family("antiepileptic", "antiépileptiques", "antiepileptics", "N03AA", "N03AB", "N03AD", "N03AF", "N03AG", "N03AX",
            "N02BF", why=_POLYTHERAPY),
    _family("antiretroviral", "antirétroviraux", "antiretrovirals", "J05AE", "J05AF", "J05AG", "J05AJ", "J05AR",
            why=_POLYTHERAPY),
    _family("tuberculosis", "antituberculeux", "antituberculous drugs", "J04A", why=_POLYTHERAPY),
    _family("cytotoxic", "anticancéreux", "antineoplastic agents", "L01", why=_POLYTHERAPY),
    _family("beta2_short", "bêta-2 mimétiques inhalés", "inhaled beta-2 agonists", "R03AC",
            why=("longue et courte durée d’action", "long and short acting")),
    _family("vitamin", "vitamines", "vitamins", "A11", why=_POLYTHERAPY),
    _family("solute", "solutés", "solutions", "B05", why=_POLYTHERAPY),
)  # fmt: skip


def belongs(drug: Drug, prefixes: Sequence[str]) -> bool | None:
    """Whether the medicine's ATC code starts by one of these; None when its codes are unknown, unsure or disagree."""
    if not drug.atc:
        return None
    answers = {code.startswith(tuple(prefixes)) for code in drug.atc}
    if answers == {False}:
        return False
    return True if answers == {True} and drug.atc_source != _UNSURE_SOURCE else None


def family_of(drug: Drug) -> Family | None:
    """The family of a medicine, else its ATC level 4; None when its code is unknown, unsure or not unique enough."""
    return _family_of(drug.atc) if drug.atc and drug.atc_source != _UNSURE_SOURCE else None


@lru_cache(maxsize=4096)
def _family_of(codes: tuple[str, ...]) -> Family | None:
    for family in FAMILIES:
        if all(code.startswith(family.prefixes) for code in codes):
            return family
    groups = {code[:5] for code in codes if len(code) >= 5}
    if len(groups) != 1:
        return None
    group = groups.pop()
    return Family(group, {"fr": f"classe ATC {group}", "en": f"ATC class {group}"}, (group,))
