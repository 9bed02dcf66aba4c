"""Duplicates, declared allergies, doubtful doses and burdens as findings."""

from collections.abc import Mapping, Sequence

from epione.medications.domain.allergies import (
    AllergyAlert,
    AllergyMatch,
    AllergyQuestion,
    DeclaredAllergy,
    check_allergies,
)
from epione.medications.domain.dose import DoseFault, check_doses
from epione.medications.domain.drug import TreatmentLine
from epione.medications.domain.duplicates import Duplicate, DuplicateKind, find_duplicates
from epione.medications.domain.scores import ACB_RELEVANT, RiskTag, triple_whammy

from .chart import Allergy, Text
from .confidence import Scale
from .findings import Finding, Kind, Source, Status
from .knowledge import Knowledge
from .leaves import both
from .questions import Question
from .scores import Scores

_OWN_EDITION = "Epione 2026-11"
_SAME_DOSE_TWICE = both(
    "Ne garder qu’une ligne\u00a0: la même substance est prise deux fois.",
    "Keep one line: the same substance is taken twice.",
)
_SAME_CLASS = both("Ne garder qu’un médicament de la classe.", "Keep one medicine of the class.")


def duplicate_findings(lines: Sequence[TreatmentLine], told: frozenset[str]) -> list[Finding]:
    """One finding per duplication; a class whose lines are all in `told` (STOPP-A3) is left to that criterion."""
    return [
        _duplicate(one)
        for one in find_duplicates(lines)
        if not (one.kind is DuplicateKind.FAMILY and told.issuperset(one.lines))
    ]


def _duplicate(one: Duplicate) -> Finding:
    same = one.kind is DuplicateKind.SUBSTANCE
    scale = Scale(0.95, "mêmes substances dans le catalogue", "same substances in the catalogue")
    if one.may_be_meant is not None:
        scale.note(0.5, f"peut être voulu\u00a0: {one.may_be_meant['fr']}", f"may be meant: {one.may_be_meant['en']}")
    meant: Text = one.may_be_meant or both("", "")
    return Finding(
        kind=Kind.DUPLICATE,
        id=f"DUPLICATE-{one.kind.value}-{one.key}",
        level="apc" if one.may_be_meant is not None else "pe",
        status=Status.FIRES if one.may_be_meant is None else Status.TO_CONFIRM,
        drugs=one.lines,
        title=both(f"Doublon\u00a0: {one.name['fr']}", f"Duplicate: {one.name['en']}"),
        why=both(
            f"{len(one.lines)} lignes contiennent {one.name['fr']}. {meant['fr']}".strip(),
            f"{len(one.lines)} lines contain {one.name['en']}. {meant['en']}".strip(),
        ),
        advice=_SAME_DOSE_TWICE if same else _SAME_CLASS,
        source=Source("DUPLICATE", _OWN_EDITION),
        confidence=scale.confidence(),
        questions=() if one.may_be_meant is None else (_meant_question(one),),
        awaits_sign_off=False,
    )


def _meant_question(one: Duplicate) -> Question:
    text = both(
        f"{one.name['fr']}\u00a0: ce doublon est-il voulu\u202f?", f"{one.name['en']}: is this duplicate meant?"
    )
    return Question(f"duplicate:{one.key}", text, lines=one.lines)


def allergy_findings(
    knowledge: Knowledge, allergies: Sequence[Allergy], lines: Sequence[TreatmentLine]
) -> tuple[list[Finding], list[Question]]:
    """Contra-indications by declared allergies, and what must be asked of them."""
    declared = [DeclaredAllergy(one.substance, one.atc) for one in allergies]
    alerts, questions = check_allergies(declared, lines, substances_of=knowledge.substances_of)
    return [_allergy(alert) for alert in alerts], [_allergy_question(one) for one in questions]


def _allergy(alert: AllergyAlert) -> Finding:
    cross = alert.match is AllergyMatch.CROSS
    value = {AllergyMatch.SUBSTANCE: 0.95, AllergyMatch.CLASS: 0.9, AllergyMatch.CROSS: 0.5}[alert.match]
    scale = Scale(value, alert.evidence["fr"], alert.evidence["en"])
    question = Question(
        f"allergy:{alert.allergy}",
        both(
            f"Allergie «\u00a0{alert.allergy}\u00a0»\u00a0: quelle réaction, et à quel médicament exactement\u202f?",
            f"Allergy “{alert.allergy}”: which reaction, and to which medicine exactly?",
        ),
        lines=(alert.line,),
    )
    return Finding(
        kind=Kind.CONTRAINDICATION,
        id=f"ALLERGY-{alert.match.value}-{alert.allergy}",
        level="ad" if cross else "ci",
        status=Status.TO_CONFIRM if cross else Status.FIRES,
        drugs=(alert.line,),
        title=both(f"Allergie déclarée\u00a0: {alert.allergy}", f"Declared allergy: {alert.allergy}"),
        why=both(f"{alert.drug}. {alert.evidence['fr']}", f"{alert.drug}. {alert.evidence['en']}"),
        advice=both("Arrêter et remplacer par une autre classe.", "Stop and replace with another class.")
        if not cross
        else both("Vérifier l’allergie avant de poursuivre.", "Check the allergy before going on."),
        source=Source("ALLERGY", _OWN_EDITION, reference=alert.source),
        confidence=scale.confidence(),
        questions=(question,) if cross else (),
        awaits_sign_off=False,
    )


def _allergy_question(one: AllergyQuestion) -> Question:
    return Question(f"allergy:{one.question['en']}", one.question)


def dose_findings(lines: Sequence[TreatmentLine]) -> list[Finding]:
    """Doses that cannot be right as written."""
    found = []
    for doubt in check_doses(lines):
        certain = doubt.fault is DoseFault.IMPOSSIBLE
        scale = Scale(0.95 if certain else 0.7, "dose telle qu’écrite", "dose as written")
        found.append(
            Finding(
                kind=Kind.DOSE,
                id=f"DOSE-{doubt.fault.value}",
                level="ad" if certain else "pe",
                status=Status.FIRES if certain else Status.TO_CONFIRM,
                drugs=(doubt.line,),
                title=both(f"Dose à vérifier\u00a0: {doubt.drug}", f"Dose to check: {doubt.drug}"),
                why=doubt.question,
                advice=both(
                    "Vérifier la dose avec le patient et l’ordonnance.",
                    "Check the dose with the patient and the prescription.",
                ),
                source=Source("DOSE", _OWN_EDITION),
                confidence=scale.confidence(),
                questions=(Question(f"line:{doubt.line}:dose", doubt.question, lines=(doubt.line,)),),
                awaits_sign_off=False,
            )
        )
    return found


_BURDENS: tuple[tuple[str, int, str, Text, Text], ...] = (
    (
        "torsadogene",
        2,
        "pe",
        both("Plusieurs médicaments allongent le QT", "Several drugs prolong the QT"),
        both(
            "ECG, kaliémie et magnésémie\u202f; éviter d’en ajouter un autre.",
            "ECG, potassium and magnesium; do not add another.",
        ),
    ),
    (
        "sedatif",
        3,
        "pe",
        both("Charge sédative élevée", "High sedative load"),
        both(
            "Réduire le nombre de sédatifs\u202f; chutes et somnolence.",
            "Reduce the number of sedatives; falls and drowsiness.",
        ),
    ),
    (
        "hyponatremiant",
        2,
        "apc",
        both("Plusieurs médicaments abaissent la natrémie", "Several drugs lower sodium"),
        both("Contrôler la natrémie.", "Check sodium."),
    ),
    (
        "hyperkaliemiant",
        2,
        "apc",
        both("Plusieurs médicaments élèvent la kaliémie", "Several drugs raise potassium"),
        both("Contrôler la kaliémie et la créatinine.", "Check potassium and creatinine."),
    ),
)


# What each burden is called where only its id is kept.
SCORE_WORDS: Mapping[str, Text] = {
    **{f"SCORE-{name}": title for name, _least, _level, title, _advice in _BURDENS},
    "SCORE-ACB": both("Charge anticholinergique", "Anticholinergic burden"),
    "SCORE-triple-whammy": both("Trio IEC ou sartan, diurétique et AINS", "ACE inhibitor or ARB, diuretic and NSAID"),
}


def score_findings(scores: Scores, lines: Sequence[TreatmentLine]) -> list[Finding]:
    """Burdens that add up beyond a threshold."""
    found: list[Finding] = []
    if scores.acb.total >= ACB_RELEVANT:
        detail = ", ".join(f"{share.name} {share.points}" for share in scores.acb.shares)
        advice = both("Réduire la charge anticholinergique.", "Lower the anticholinergic burden.")
        title = both(
            f"Charge anticholinergique ACB {scores.acb.total}", f"Anticholinergic burden ACB {scores.acb.total}"
        )
        drugs = _lines_of(scores.acb.shares)
        found.append(_score("SCORE-ACB", "pe", drugs, (title, both(detail, detail), advice)))
    by_tag: Mapping[str, RiskTag] = {tag.tag: tag for tag in scores.tags}
    for name, least, level, title, advice in _BURDENS:
        tag = by_tag.get(name)
        if tag is not None and tag.count >= least:
            detail = ", ".join(share.name for share in tag.shares)
            drugs = _lines_of(tag.shares)
            found.append(_score(f"SCORE-{name}", level, drugs, (title, both(detail, detail), advice)))
    whammy = triple_whammy(lines)
    if whammy.complete:
        texts = (
            both("Trio IEC ou sartan, diurétique et AINS", "ACE inhibitor or ARB, diuretic and NSAID together"),
            both("Risque d’insuffisance rénale aiguë.", "Risk of acute kidney injury."),
            both("Arrêter l’AINS\u202f; contrôler la créatinine.", "Stop the NSAID; check creatinine."),
        )
        drugs = (*whammy.blockers, *whammy.diuretics, *whammy.nsaids)
        found.append(_score("SCORE-triple-whammy", "ad", tuple(dict.fromkeys(drugs)), texts))
    return found


def _lines_of(shares: Sequence[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for share in shares for line in getattr(share, "lines", ())))


def _score(rule: str, level: str, drugs: tuple[str, ...], texts: tuple[Text, Text, Text]) -> Finding:
    title, why, advice = texts
    return Finding(
        kind=Kind.SCORE,
        id=rule,
        level=level,
        status=Status.FIRES,
        drugs=drugs,
        title=title,
        why=why,
        advice=advice,
        source=Source(rule, _OWN_EDITION),
        confidence=Scale(0.8, "somme de listes publiées", "sum of published lists").confidence(),
        awaits_sign_off=False,
    )
