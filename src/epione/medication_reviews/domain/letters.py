"""The documents of a review, in French: letter to the physician, summary, plan for the patient, adhesion form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from epione.documents.domain.content import (
    Answer,
    Block,
    Bullets,
    Content,
    Facts,
    Finding,
    Heading,
    Notice,
    Paragraph,
    Sender,
    Table,
)
from epione.medications.domain.coverage_words import METHOD

NBSP, NARROW = "\u00a0", "\u202f"
INTENDED_USE = "Aide à la décision, non dispositif médical. Chaque constat a été relu et décidé par le pharmacien."
SIGN_OFF = (
    "Le codage des règles STOPP/START v3 et de l’arbitrage des niveaux attend la validation d’un pharmacien référent."
)
_SOURCES = (
    f"Sources{NBSP}: thésaurus des interactions médicamenteuses de l’ANSM (édition {{ansm}}){NARROW}; "
    f"STOPP/START v3 (O’Mahony et al., Eur Geriatr Med 2023;14:625-632, CC BY 4.0{NARROW}; codage {{rules}}){NARROW}; "
    "base de données publique des médicaments. Une association non répertoriée n’est pas forcément sans risque."
)
LEVEL_WORDS = {
    "ci": "Contre-indication",
    "ad": "Association déconseillée",
    "pe": "Précaution d’emploi",
    "apc": "À prendre en compte",
}
# The thesaurus's words belong to its interactions: another finding has the same gravity, not the same level.
_OTHER_WORDS = LEVEL_WORDS | {"ad": "Déconseillé", "pe": "Précaution"}
_ELSEWHERE = "une autre pharmacie, une hospitalisation ou un stock à domicile ne s’y voient pas."
_OMISSION = "Traitement à envisager"
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A retained point: the card of the analysis, how it was decided, the words of the pharmacist."""

    card: Mapping[str, Any] | None
    decision: str
    text: str
    reason: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the documents are made of. `patient` has name, born, age, sex words; `lines` are those of the analysis."""

    on: date
    sender: Sender
    place: str
    physician: tuple[str, ...]
    patient_name: str
    patient_facts: tuple[tuple[str, str], ...]
    lines: Sequence[Mapping[str, Any]]
    recommendations: Sequence[Recommendation]
    scores: Mapping[str, Any]
    editions: Mapping[str, str]
    questions: Sequence[Mapping[str, Any]] = ()
    collection: Mapping[str, Any] = field(default_factory=dict, hash=False)
    refills: Sequence[Mapping[str, Any]] = ()
    reference: str = ""


def french_date(on: date) -> str:
    """20 novembre 2026, 1er for the first."""
    return f"{'1er' if on.day == 1 else on.day} {_MONTHS[on.month - 1]} {on.year}"


def _edition_notes(dossier: Dossier) -> tuple[str, ...]:
    ansm = dossier.editions.get("ansm", "")
    rules = dossier.editions.get("stopp_start", "")
    return (
        _SOURCES.format(ansm=ansm, rules=rules),
        INTENDED_USE,
        SIGN_OFF,
    )


def _citation(finding: Mapping[str, Any]) -> str:
    source = finding["source"]
    page = f" p.{NBSP}{source['page']}" if source.get("page") else ""
    name = "ANSM" if finding["kind"] == "interaction" else finding["id"]
    return f"{name}{page}"


def _proposal(recommendation: Recommendation, lead: Mapping[str, Any]) -> str:
    return recommendation.text or str(lead["advice"]["fr"])


def _level_words(finding: Mapping[str, Any]) -> str:
    if finding["kind"] == "start":
        words = _OMISSION
    else:
        words = (LEVEL_WORDS if finding["kind"] == "interaction" else _OTHER_WORDS)[finding["level"]]
    return words + (" (à confirmer)" if finding["status"] == "to_confirm" else "")


def _point(recommendation: Recommendation) -> Block:
    if recommendation.card is None:
        return Finding("info", "Recommandation du pharmacien", recommendation.title, "", recommendation.text, "")
    findings = recommendation.card["findings"]
    lead = findings[0]
    return Finding(
        level=lead["level"],
        level_word=_level_words(lead),
        title=lead["title"]["fr"],
        why=lead["why"]["fr"],
        proposal=_proposal(recommendation, lead),
        source=" · ".join(dict.fromkeys(_citation(finding) for finding in findings)),
    )


def _number(value: float) -> str:
    return f"{round(value, 2):g}".replace(".", ",")


def quantity_words(value: float, unit: str | None) -> str:
    """What is taken at a moment, "" for nothing; a half as ½. Anything but whole elements carries its unit."""
    if value == 0:
        return ""
    number = "½" if value == 0.5 else _number(value)
    return number if unit in (None, "", "cp", "gélule") else f"{number}{NBSP}{unit}"


def _dose_words(dose: float | None, unit: str | None, per_day: float | None) -> str:
    if dose is None:
        return ""
    if per_day is None or per_day < 1:
        days = f", une fois tous les {_number(1 / per_day)} jours" if per_day else ", rythme non renseigné"
        return f"{_number(dose)}{NBSP}{unit or 'unité'}{days}"
    return f"{_number(dose)}{NBSP}{unit or 'unité'}, {_number(per_day)} fois par jour"


def taking_words(
    written: str,
    *,
    told: bool,
    prn: bool | None,
    confirmed: bool,
    dose: tuple[float | None, str | None, float | None],
) -> str:
    """What the plan says beside the moments. `told`: the moments say it all; `dose`: quantity, unit, times a day.

    What was written is never shortened, so that "si besoin, max 4 par jour" keeps its maximum.
    """  # fmt: skip
    if not confirmed:
        return "posologie à confirmer avec votre pharmacien"
    if told and not prn:
        return ""
    words = written or _dose_words(*dose)
    if prn and "besoin" not in words and "demande" not in words:
        return f"à la demande{NBSP}: {words}" if words else "à la demande"
    return words or "posologie à confirmer avec votre pharmacien"


def posology_words(line: Mapping[str, Any]) -> str:
    """How a line is taken, in words; an unknown rhythm says so."""
    words = str(line["frequency"]) or _dose_words(line["dose_value"], line["dose_unit"], line["per_day"])
    if line["prn"] and "besoin" not in words and "demande" not in words:
        return f"à la demande{NBSP}: {words}" if words else "à la demande"
    return words or "posologie non renseignée"


def _treatment(dossier: Dossier) -> Table:
    rows = tuple(
        (
            line["short"],
            ", ".join(line["substances"]).lower(),
            posology_words(line),
            line["indication"] or "",
        )
        for line in dossier.lines
    )
    return Table(("Médicament", "Substance", "Posologie", "Indication"), rows, "llll", (4, 3, 3, 3))


def _kept(dossier: Dossier) -> list[Recommendation]:
    return [one for one in dossier.recommendations if one.decision != "rejected"]


def _content(
    dossier: Dossier, title: str, blocks: Sequence[Block], *, recipient: tuple[str, ...], closing: str
) -> Content:
    return Content(
        title=title,
        lang="fr",
        on=dossier.on,
        sender=dossier.sender,
        place=dossier.place,
        recipient=recipient,
        patient=dossier.patient_facts,
        blocks=tuple(blocks),
        notes=_edition_notes(dossier),
        closing=closing,
        reference=dossier.reference,
        labels={"proposal": f"Proposition{NBSP}:"},
    )


def _girerd_words(points: int) -> str:
    words = (
        "bonne observance" if points == 0 else "problème minime d’observance" if points <= 2 else "observance faible"
    )
    answers = f"{points} réponse{'s' if points > 1 else ''} «{NARROW}oui{NARROW}» sur 6"
    return f"Questionnaire de Girerd{NBSP}: {answers} ({words})."


def _refill_words(one: Mapping[str, Any]) -> str:
    return f"{one['name']}{NBSP}: {one['text']['fr']}"


def _adherence(dossier: Dossier, refills: Sequence[Mapping[str, Any]]) -> list[Block]:
    """What the patient answered and what the refills say, with the method; nothing when neither is known."""
    points = dossier.collection.get("girerd")
    if points is None and not dossier.refills:
        return []
    said = _girerd_words(int(points)) if points is not None else f"Questionnaire de Girerd{NBSP}: non complété."
    blocks: list[Block] = [Heading("Observance"), Bullets((said, *(_refill_words(one) for one in refills)))]
    if not dossier.refills:
        return blocks
    good = sum(1 for one in dossier.refills if one["good"] and one not in refills)
    if good:
        plural = "s" if good > 1 else ""
        which = f"{good}{f' autre{plural}' if refills else ''} médicament{plural}"
        blocks.append(Paragraph(f"Pour {which}, les délivrances couvrent au moins 80{NARROW}% des jours."))
    return [*blocks, Paragraph(f"{METHOD['fr']} Un intervalle est une question, pas une preuve{NBSP}: {_ELSEWHERE}")]


def letter(dossier: Dossier) -> Content:
    """The letter to the physician: what matters first, one answer box per proposal, the whole treatment last."""
    kept = _kept(dossier)
    count = len(kept)
    opening = f"J’ai réalisé le bilan partagé de médication de votre patient {dossier.patient_name}. " + (
        f"J’en retiens {count} point{'s' if count > 1 else ''}, du plus grave au moins grave, "
        "que je soumets à votre décision."
        if count
        else "Je n’ai pas de proposition de modification à vous soumettre."
    )
    blocks: list[Block] = [Paragraph("Cher confrère, chère consœur,"), Paragraph(opening)]
    for one in kept:
        blocks += [_point(one), Answer(f"Votre décision{NBSP}:", ("suivie", "adaptée", "non suivie"))]
    blocks += _adherence(dossier, [one for one in dossier.refills if one["good"] is False])
    if dossier.questions:
        blocks += [
            Heading("Ce qu’il me manque"),
            Bullets(tuple(question["text"]["fr"] for question in dossier.questions[:6])),
        ]
    blocks += [Heading("Traitement au jour du bilan"), _treatment(dossier)]
    closing = "Je reste à votre disposition pour en parler. Bien confraternellement,"
    return _content(dossier, "Bilan partagé de médication", blocks, recipient=dossier.physician, closing=closing)


def _score_facts(scores: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    renal = "non mesurée"
    if scores["egfr"] is not None:
        renal = f"DFG {round(scores['egfr'])}{NBSP}mL/min/1,73{NBSP}m² (stade {scores['stage']})"
    if scores["clearance"] is not None:
        renal += f", Cockcroft {round(scores['clearance'])}{NBSP}mL/min"
    torsades = scores["tags"].get("torsadogène", {}).get("lines", [])
    return (
        ("Fonction rénale", renal),
        ("Charge anticholinergique", f"CIA {scores['cia']['total']}, ACB {scores['acb']['total']}"),
        ("Médicaments à risque de chute", str(len(scores["falls"]))),
        ("Médicaments allongeant le QT", str(len(torsades))),
        ("Prises par jour", f"{scores['complexity']['intakes']:g}".replace(".", ",")),
    )


def summary(dossier: Dossier) -> Content:
    """The summary of the analysis for the record: scores, every decision with its reason, the treatment."""
    blocks: list[Block] = [Facts(_score_facts(dossier.scores)), Heading("Points retenus")]
    kept = _kept(dossier)
    blocks += [_point(one) for one in kept] or [Paragraph("Aucun.")]
    rejected = [one for one in dossier.recommendations if one.decision == "rejected" and one.card]
    if rejected:
        rows = tuple((one.card["findings"][0]["title"]["fr"], one.reason) for one in rejected if one.card)
        blocks += [Heading("Points écartés"), Table(("Constat", "Raison"), rows, "ll", (3, 3))]
    blocks += _adherence(dossier, dossier.refills)
    if dossier.collection.get("remarks"):
        blocks += [Heading("Entretien de recueil"), Paragraph(str(dossier.collection["remarks"]))]
    blocks += [Heading("Traitement"), _treatment(dossier)]
    return _content(dossier, "Synthèse du bilan partagé de médication", blocks, recipient=(), closing="")


_MOMENTS = ("Matin", "Midi", "Soir", "Coucher")


def plan(
    dossier: Dossier, intakes: Sequence[tuple[str, tuple[str, str, str, str], str, str]], advice: Sequence[str]
) -> Content:
    """The plan for the patient: what to take and when, what it is for, advice in plain words, whom to call.

    `intakes`: name, quantities at the four moments, what it is for, remark.
    """
    rows = tuple((name, *moments, purpose, remark) for name, moments, purpose, remark in intakes)
    blocks: list[Block] = [
        Paragraph(
            "Ce document résume vos médicaments après notre entretien. Montrez-le à tout professionnel de santé."
        ),
        Table(("Médicament", *_MOMENTS, "Pour quoi", "À savoir"), rows, "lccccll", (4, 1.3, 1.3, 1.3, 1.5, 3, 4)),
    ]
    if advice:
        blocks += [Heading("Nos conseils"), Bullets(tuple(advice))]
    blocks.append(
        Notice(
            "Ne changez et n’arrêtez aucun médicament sans l’avis de votre médecin ou de votre pharmacien. "
            "En urgence, appelez le 15."
        )
    )
    made = _content(dossier, "Votre plan de prise", blocks, recipient=(dossier.patient_name,), closing="")
    return Content(**{**_fields(made), "notes": (), "patient": ()})


def _fields(content: Content) -> dict[str, Any]:
    return {name: getattr(content, name) for name in Content.__dataclass_fields__}


def adhesion(dossier: Dossier) -> Content:
    """The adhesion form that the patient signs by hand; the signed copy is kept by the pharmacy."""
    blocks: list[Block] = [
        Paragraph(
            "Je souhaite bénéficier du bilan partagé de médication proposé par ma pharmacie. Il m’a été expliqué "
            f"en quoi il consiste{NBSP}: un entretien de recueil, une analyse de mes traitements transmise à mon "
            "médecin, un entretien de conseil, puis un suivi environ six mois plus tard."
        ),
        Paragraph("Je peux y mettre fin à tout moment, sans conséquence sur mes soins."),
        Answer("J’accepte que mon médecin traitant reçoive les conclusions", ("oui", "non")),
        Facts((("Date", ""), ("Signature du patient", ""), ("Signature du pharmacien", ""))),
    ]
    made = _content(dossier, "Adhésion au bilan partagé de médication", blocks, recipient=(), closing="")
    return Content(**{**_fields(made), "notes": ()})
