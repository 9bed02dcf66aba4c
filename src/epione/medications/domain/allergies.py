"""Contra-indications by a declared allergy: the same substance, its class, or a possible cross-reaction."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from epione.medications.domain.drug import TreatmentLine
from epione.medications.domain.families import belongs
from epione.medications.domain.names import base_key, normalise

Text = Mapping[str, str]


class AllergyMatch(StrEnum):
    """How a medicine relates to the allergy, most certain first."""

    SUBSTANCE = "same_substance"
    CLASS = "same_class"
    CROSS = "possible_cross_reaction"


@dataclass(frozen=True, slots=True)
class DeclaredAllergy:
    """An allergy as declared: what the record says in words, and its ATC code or prefix when it is coded."""

    text: str
    atc: str = ""


@dataclass(frozen=True, slots=True)
class AllergyAlert:
    """A line that a declared allergy concerns. `evidence` says why and how sure, `source` who says so."""

    line: str
    drug: str
    allergy: str
    match: AllergyMatch
    evidence: Text
    source: str = ""


@dataclass(frozen=True, slots=True)
class AllergyQuestion:
    """A declared allergy that names nothing known, or a line whose class is unknown: to be asked, never ignored."""

    allergy: str
    question: Text


@dataclass(frozen=True, slots=True)
class _Cross:
    prefixes: tuple[str, ...]
    evidence: Text
    source: str


@dataclass(frozen=True, slots=True)
class _AllergyClass:
    """A class that people are said to be allergic to: the words that name it and its ATC prefixes."""

    words: tuple[str, ...]
    prefixes: tuple[str, ...]
    crosses: tuple[_Cross, ...] = ()


_PICARD = "Picard M et al., J Allergy Clin Immunol Pract 2019;7:2722-2738"
_KOWALSKI = "Kowalski ML et al., Allergy 2013;68:1219-1232"

_FROM_PENICILLINS = (
    _Cross(
        ("J01DB01", "J01DB05", "J01DB09", "J01DC04"),
        {
            "fr": "Céphalosporine à chaîne latérale proche des aminopénicillines\u00a0: réaction croisée possible "
            "(environ 16\u202f% en méta-analyse, niveau modéré).",
            "en": "Cephalosporin whose side chain is close to aminopenicillins: cross-reaction possible "
            "(about 16% in meta-analysis, moderate evidence).",
        },
        _PICARD,
    ),
    _Cross(
        ("J01DB", "J01DC", "J01DD", "J01DE", "J01DI"),
        {
            "fr": "Céphalosporine à chaîne latérale différente\u00a0: réaction croisée possible mais rare "
            "(environ 2 à 6\u202f% en méta-analyse, niveau modéré).",
            "en": "Cephalosporin with another side chain: cross-reaction possible but rare "
            "(about 2 to 6% in meta-analysis, moderate evidence).",
        },
        _PICARD,
    ),
    _Cross(
        ("J01DH",),
        {
            "fr": "Carbapénème\u00a0: réaction croisée très rare (moins de 1\u202f% en méta-analyse, niveau modéré).",
            "en": "Carbapenem: cross-reaction very rare (less than 1% in meta-analysis, moderate evidence).",
        },
        _PICARD,
    ),
)
_FROM_CEPHALOSPORINS = (
    _Cross(
        ("J01C",),
        {
            "fr": "Pénicilline après une allergie à une céphalosporine\u00a0: réaction croisée possible, surtout à "
            "chaîne latérale proche (niveau faible).",
            "en": "Penicillin after an allergy to a cephalosporin: cross-reaction possible, mostly with a close side "
            "chain (low evidence).",
        },
        _PICARD,
    ),
)
_NSAIDS = ("M01AA", "M01AB", "M01AC", "M01AE", "M01AG", "M01BA")
_FROM_NSAIDS: Text = {
    "fr": "Autre inhibiteur de la COX-1\u00a0: intolérance croisée possible (asthme, urticaire\u00a0; niveau élevé).",
    "en": "Another COX-1 inhibitor: cross-intolerance possible (asthma, urticaria; high evidence).",
}
_ASPIRIN_CODES = ("N02BA01", "N02BA51", "B01AC06", "B01AC56")

CLASSES: tuple[_AllergyClass, ...] = (
    _AllergyClass(("penicillin", "penicilline", "penicillines", "aminopenicilline"), ("J01C",), _FROM_PENICILLINS),
    _AllergyClass(("betalactamine", "betalactamines", "beta lactamine", "beta lactamines"), ("J01C", "J01D")),
    _AllergyClass(
        ("cephalosporine", "cephalosporines", "cephalosporin"),
        ("J01DB", "J01DC", "J01DD", "J01DE", "J01DI"),
        _FROM_CEPHALOSPORINS,
    ),
    _AllergyClass(
        ("ains", "anti inflammatoire", "anti inflammatoires", "anti inflammatoires non steroidiens", "nsaid", "nsaids"),
        (*_NSAIDS, "M01AH"),
        (_Cross(_ASPIRIN_CODES, _FROM_NSAIDS, _KOWALSKI),),
    ),
    _AllergyClass(
        ("aspirine", "aspirin", "acide acetylsalicylique", "salicyles", "salicylates"),
        ("N02BA", "B01AC06", "B01AC56"),
        (_Cross(_NSAIDS, _FROM_NSAIDS, _KOWALSKI),),
    ),
    _AllergyClass(("macrolide", "macrolides"), ("J01FA",)),
    _AllergyClass(("quinolone", "quinolones", "fluoroquinolone", "fluoroquinolones"), ("J01M",)),
    _AllergyClass(("cycline", "cyclines", "tetracycline", "tetracyclines"), ("J01A",)),
    _AllergyClass(("aminoside", "aminosides"), ("J01G",)),
    # Non-antibiotic sulfonamides are left out: no cross-reaction was shown (Strom BL, N Engl J Med 2003;349:1628).
    _AllergyClass(("sulfamide", "sulfamides", "sulfonamide", "sulfonamides"), ("J01E",)),
    _AllergyClass(
        ("iec", "inhibiteurs de l enzyme de conversion", "ace inhibitor", "ace inhibitors"), ("C09A", "C09B")
    ),
    _AllergyClass(("sartan", "sartans", "ara2"), ("C09C", "C09D")),
    _AllergyClass(("statine", "statines", "statin", "statins"), ("C10AA", "C10B")),
    _AllergyClass(("heparine", "heparines", "heparin"), ("B01AB",)),
    _AllergyClass(("opiace", "opiaces", "opioide", "opioides", "morphiniques", "opioid", "opioids"), ("N02A",)),
    _AllergyClass(("insuline", "insulines", "insulin"), ("A10A",)),
    _AllergyClass(("ipp", "inhibiteurs de la pompe a protons", "ppi"), ("A02BC",)),
    _AllergyClass(("beta bloquant", "beta bloquants", "betabloquant", "betabloquants", "beta blocker"), ("C07",)),
    _AllergyClass(("benzodiazepine", "benzodiazepines"), ("N05BA", "N05CD", "N03AE")),
)
_PENICILLINS = CLASSES[0]
# Reacting to one of them says nothing certain of the others, unlike an allergy declared to the class.
_NSAID_NAMES = frozenset(
    {
        "aceclofenac", "diclofenac", "etodolac", "flurbiprofene", "ibuprofene", "indometacine", "ketoprofene",
        "meloxicam", "nabumetone", "naproxene", "nimesulide", "piroxicam", "sulindac", "tenoxicam", "tiaprofenique",
    }
)  # fmt: skip
_ONE_NSAID = _AllergyClass((), (), (_Cross((*_NSAIDS, *_ASPIRIN_CODES), _FROM_NSAIDS, _KOWALSKI),))
_CEPHALOSPORINS = CLASSES[2]

_NONE = frozenset({"aucune", "aucun", "neant", "non", "rien", "ras", "none", "no known allergy", "pas d allergie",
                   "pas d allergie connue", "aucune allergie", "aucune allergie connue", "aucune connue"})  # fmt: skip
# Declared allergies that no medicine of a treatment is checked against.
_NOT_MEDICINES = frozenset({"pollen", "pollens", "graminees", "acariens", "poussiere", "poils de chat", "chat",
                            "poils de chien", "chien", "guepe", "abeille", "venin de guepe", "nickel"})  # fmt: skip
_PREFACE = re.compile(r"^(?:allergie|allergique|allergy|intolerance|allergic)\s+(?:a|au|aux|a la|a l|to|to the)\s+")
_SAME: Text = {"fr": "Substance de l’allergie déclarée.", "en": "Substance of the declared allergy."}
_SAME_CLASS: Text = {"fr": "Même classe que l’allergie déclarée.", "en": "Same class as the declared allergy."}


def check_allergies(
    allergies: Sequence[DeclaredAllergy],
    lines: Sequence[TreatmentLine],
    *,
    substances_of: Callable[[str], frozenset[str]],
) -> tuple[list[AllergyAlert], list[AllergyQuestion]]:
    """The lines that the declared allergies concern, and what must be asked.

    One text may hold several allergies (`,` `;` `+` `/`). `substances_of` gives the substances that a name stands for
    (`names.base_key` of each; empty when the catalogue does not know it): a text that names neither a substance nor a
    class gives a question. One alert per line and allergy.
    """
    alerts: list[AllergyAlert] = []
    questions: list[AllergyQuestion] = []
    for declared in (part for allergy in allergies for part in _split(allergy)):
        allergy = _understand(declared, substances_of)
        found = [alert for line in lines if (alert := _alert(allergy, line)) is not None]
        alerts += found
        if not (found or allergy.prefixes or allergy.substances):
            questions.append(AllergyQuestion(declared.text, _which(declared.text)))
        questions += [_unclassed(allergy, line) for line in lines if _hides(allergy, line)]
    return alerts, questions


@dataclass(frozen=True, slots=True)
class _Understood:
    """What a declared allergy means: substances, ATC prefixes of its class, cross-reactions."""

    text: str
    subject: str
    substances: frozenset[str]
    prefixes: tuple[str, ...]
    crosses: tuple[_Cross, ...]


def _understand(declared: DeclaredAllergy, substances_of: Callable[[str], frozenset[str]]) -> _Understood:
    subject = _subject(declared.text)
    substances = substances_of(subject) if subject else frozenset()
    known = _class_named(subject) or _class_of_substances(substances | {base_key(subject)}, declared.atc)
    prefixes = tuple(filter(None, (declared.atc, *(known.prefixes if known else ()))))
    return _Understood(declared.text, subject, substances, prefixes, known.crosses if known else ())


def _class_named(subject: str) -> _AllergyClass | None:
    return next((known for known in CLASSES if subject in known.words), None)


def _class_of_substances(substances: frozenset[str], atc: str) -> _AllergyClass | None:
    """The class whose cross-reactions an allergy to one of its members brings."""
    if any(name.endswith("cilline") for name in substances) or atc.startswith("J01C"):
        return _PENICILLINS
    if any(name.startswith("cef") for name in substances) or atc.startswith(_CEPHALOSPORINS.prefixes):
        return _CEPHALOSPORINS
    if substances & _NSAID_NAMES or atc.startswith(_NSAIDS):
        return _ONE_NSAID
    return next((known for known in CLASSES if substances.intersection(known.words)), None)


def _split(declared: DeclaredAllergy) -> list[DeclaredAllergy]:
    texts = [text.strip() for text in re.split(r"[,;+/\n]", declared.text) if text.strip()]
    if declared.atc:
        return [declared]
    named = (DeclaredAllergy(text) for text in texts)
    return [one for one in named if _subject(one.text) not in _NONE | _NOT_MEDICINES]


def _subject(text: str) -> str:
    return _PREFACE.sub("", normalise(text))


def _alert(allergy: _Understood, line: TreatmentLine) -> AllergyAlert | None:
    def alert(match: AllergyMatch, evidence: Text, source: str = "") -> AllergyAlert:
        return AllergyAlert(line.id, line.drug.short, allergy.text, match, evidence, source)

    if _is_it(allergy, line):
        return alert(AllergyMatch.SUBSTANCE, _SAME)
    if allergy.prefixes and any(code.startswith(allergy.prefixes) for code in line.drug.atc):
        return alert(AllergyMatch.CLASS, _SAME_CLASS)
    for cross in allergy.crosses:
        if belongs(line.drug, cross.prefixes):
            return alert(AllergyMatch.CROSS, cross.evidence, cross.source)
    return None


def _is_it(allergy: _Understood, line: TreatmentLine) -> bool:
    name = normalise(line.drug.name)
    if allergy.subject and (name == allergy.subject or name.startswith(f"{allergy.subject} ")):
        return True
    meant = allergy.substances | {base_key(allergy.subject)}
    names = {base_key(part.name) for part in line.drug.ingredients}
    entities = {entity for part in line.drug.ingredients for entity in part.entities}
    return bool(meant & names) or allergy.subject in entities


def _hides(allergy: _Understood, line: TreatmentLine) -> bool:
    """A declared class cannot be excluded from a medicine without ATC code."""
    return bool(allergy.prefixes) and line.drug.checkable and not line.drug.atc and not _is_it(allergy, line)


def _which(text: str) -> Text:
    return {
        "fr": f"Allergie «\u00a0{text}\u00a0»\u00a0: à quelle substance ou classe correspond-elle\u202f?",
        "en": f"Allergy “{text}”: to which substance or class does it correspond?",
    }


def _unclassed(allergy: _Understood, line: TreatmentLine) -> AllergyQuestion:
    return AllergyQuestion(
        allergy.text,
        {
            "fr": f"{line.drug.short}\u00a0: classe inconnue, appartient-il à «\u00a0{allergy.text}\u00a0»\u202f?",
            "en": f"{line.drug.short}: unknown class, does it belong to “{allergy.text}”?",
        },
    )
