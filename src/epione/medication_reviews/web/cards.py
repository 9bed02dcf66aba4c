"""From an analysis and its decisions to what the page shows: cards, arcs, scores, questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from epione.kernel.kit import charts
from epione.kernel.kit.formats import day, number
from epione.kernel.kit.parts import Citation, Decision, Detail, Finding
from epione.medication_reviews.answers import answerable
from epione.medication_reviews.queries import DecisionView
from epione.medication_reviews.words import level_heading
from epione.prescriptions.public import LineView

LEVELS = ("ci", "ad", "pe", "apc")
Card = Mapping[str, Any]


def language() -> str:
    """The language of the texts of the engine."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def citation_label(finding: Mapping[str, Any]) -> str:
    """A source in short: "ANSM p. 230", "STOPP D5", "ACB"."""
    page = finding["source"].get("page")
    if finding["kind"] == "interaction":
        return f"ANSM p.\u00a0{page}" if page else "ANSM"
    return str(finding["id"]).replace("-", "\u00a0")


def _citations(card: Card, review_id: UUID) -> tuple[Citation, ...]:
    return tuple(
        Citation(
            citation_label(finding),
            reverse("medication_reviews:evidence", args=[review_id, card["key"], place]),
        )
        for place, finding in enumerate(card["findings"][:3])
    )


def _decided(decision: DecisionView, names: Mapping[UUID, str]) -> str:
    words = {
        "accepted": pgettext("decision", "Kept"),
        "adapted": pgettext("decision", "Adapted"),
        "rejected": pgettext("decision", "Set aside"),
        "free": pgettext("decision", "Added"),
    }
    facts = {"what": words[decision.decision.value], "who": names.get(decision.author_id, ""), "when": day(decision.at)}
    reason = decision.content.get("reason") or decision.content.get("text")
    said = _("%(what)s by %(who)s on %(when)s") % facts
    return f"{said}. {reason}" if reason else said


def _details(card: Card, lang: str) -> tuple[Detail, ...]:
    lead = card["findings"][0]
    details = [Detail(_("Why"), lead["why"][lang]), Detail(_("What to do"), lead["advice"][lang])]
    details += [
        Detail(citation_label(other), f"{other['title'][lang]}. {other['advice'][lang]}")
        for other in card["findings"][1:]
    ]
    if lead["missing"]:
        details.append(Detail(_("Not checked"), " ; ".join(text[lang] for text in lead["missing"])))
    return tuple(details)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _decisions(review_id: UUID, key: str) -> tuple[Decision, ...]:
    url = reverse("medication_reviews:decide", args=[review_id, key])
    return (
        Decision(_("Keep"), url, "r", "accepted", primary=True),
        Decision(_("Adapt"), url, "a", "adapted"),
        Decision(_("Set aside"), url, "e", "rejected"),
    )


def finding_card(
    card: Card, review_id: UUID, decision: DecisionView | None, names: Mapping[UUID, str], *, opened: bool, frozen: bool
) -> Finding:
    """One card of the analysis as the kit draws it."""
    lang = language()
    lead = card["findings"][0]
    asked = lead["questions"][0]["text"][lang] if lead["questions"] and lead["status"] == "to_confirm" else ""
    return Finding(
        key=card["key"],
        level=lead["level"],
        title=_capital(lead["title"][lang]),
        reason=lead["why"][lang],
        details=_details(card, lang),
        citations=_citations(card, review_id),
        decisions=() if frozen else _decisions(review_id, card["key"]),
        question=asked,
        confidence=lead["confidence"],
        confidence_why=lead["because"][lang],
        decided=_decided(decision, names) if decision else "",
        undo_url="" if frozen else reverse("medication_reviews:undo", args=[review_id, card["key"]]),
        url=reverse("medication_reviews:card", args=[review_id, card["key"]]),
        open=opened,
        lights=(f"arc-{card['key']}", *(f"line-{line}" for line in card["drugs"])),
    )


@dataclass(frozen=True, slots=True)
class Group:
    """The cards of one level."""

    level: str
    title: str
    cards: tuple[Finding, ...]
    folded: bool = False


def groups(
    cards: Sequence[Card],
    review_id: UUID,
    decisions: Mapping[str, DecisionView],
    names: Mapping[UUID, str],
    *,
    frozen: bool,
) -> list[Group]:
    """Firing cards by level, gravest first and open; then those to confirm, folded."""
    undecided = next((c["key"] for c in cards if c["status"] == "fires" and c["key"] not in decisions), "")

    def drawn(card: Card) -> Finding:
        opened = card["key"] == undecided
        return finding_card(card, review_id, decisions.get(card["key"]), names, opened=opened, frozen=frozen)

    made = []
    for level in LEVELS:
        chosen = [card for card in cards if card["status"] == "fires" and card["level"] == level]
        if chosen:
            made.append(
                Group(
                    level,
                    level_heading(level, len(chosen)),
                    tuple(drawn(card) for card in chosen),
                    folded=level == "apc",
                )
            )
    open_questions = [card for card in cards if card["status"] == "to_confirm"]
    if open_questions:
        made.append(Group("ask", _("To confirm"), tuple(drawn(card) for card in open_questions), folded=True))
    return made


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the treatment beside the findings."""

    id: str
    number: int
    name: str
    detail: str
    moments: tuple[str, ...]
    words: str
    hot: bool


def _quantity(value: float) -> str:
    return {0.25: "¼", 0.5: "½", 0.75: "¾"}.get(value, number(value)) if value else ""


def rows(lines: Sequence[LineView], cards: Sequence[Card]) -> list[Row]:
    """The treatment as the left column shows it; lines of a contra-indication are tinted."""
    grave = {line for card in cards if card["level"] == "ci" and card["status"] == "fires" for line in card["drugs"]}
    made = []
    for place, view in enumerate(lines, start=1):
        moments = tuple(_quantity(q) for q in view.intake.moments) if view.intake.moments else ()
        words = (
            "" if moments else (_("as needed") if view.intake.prn else view.content.posology or _("dose not recorded"))
        )
        substances = ", ".join(i.name.lower() for i in view.drug.ingredients[:2])
        since = str(view.content.start.year) if view.content.start else ""
        detail = " · ".join(filter(None, (substances, ", ".join(filter(None, (view.content.indication, since))))))
        name = view.drug.short
        made.append(Row(str(view.id), place, name, detail, moments, words, str(view.id) in grave))
    return made


def arcs(lines: Sequence[LineView], cards: Sequence[Card]) -> SafeString:
    """One arc for each pair, one ring for each finding about a single medicine."""
    places = {str(view.id): place for place, view in enumerate(lines)}
    pairs = []
    for card in cards:
        known = [places[line] for line in card["drugs"] if line in places]
        if 1 <= len(known) <= 2 and card["level"] in LEVELS:
            ask = card["status"] == "to_confirm"
            if ask and len(known) == 1:
                continue
            pairs.append(charts.Pair(known[0], known[-1], card["level"], f"arc-{card['key']}", ask=ask))
    count = len([pair for pair in pairs if pair.first != pair.second])
    label = ngettext("%(count)s pair of medicines with a finding", "%(count)s pairs of medicines with a finding", count)
    return charts.arcs(len(lines), pairs, label % {"count": count})


@dataclass(frozen=True, slots=True)
class Scale:
    """A score with ten bars."""

    label: str
    share: float
    value: str
    level: str


def _count(number_of: int) -> str:
    return ngettext("%(n)s medicine", "%(n)s medicines", number_of) % {"n": number_of}


def _grade(value: int, pe: int, ad: int) -> str:
    return "ad" if value >= ad else "pe" if value >= pe else "acc"


def scales(scores: Mapping[str, Any], girerd: int | None) -> list[Scale]:
    """The scores beside the treatment."""
    cia, falls, tags = scores["cia"]["total"], scores["falls"], scores["tags"]
    strong = sum(1 for drug in falls if drug[2] == "fort")
    torsades = len(tags.get("torsadogene", {}).get("lines", []))
    sedatives = len(tags.get("sedatif", {}).get("lines", []))
    index = scores["complexity"]["index"]
    made = [
        Scale(_("Anticholinergic burden"), min(cia / 10, 1), f"CIA {cia}", _grade(cia, 3, 5)),
        Scale(_("Fall risk"), min(len(falls) / 10, 1), _count(len(falls)), _grade(strong, 1, 2)),
        Scale(_("QT prolongation"), min(torsades / 5, 1), _count(torsades), _grade(torsades, 1, 2)),
        Scale(_("Sedatives"), min(sedatives / 5, 1), _count(sedatives), _grade(sedatives, 2, 4)),
        Scale(_("Complexity"), min(index / 40, 1), number(index), "acc"),
    ]
    if girerd is not None:
        made.append(Scale(_("Adherence (Girerd)"), 1 - girerd / 6, f"{girerd} / 6", _grade(girerd, 1, 3)))
    return made


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the way to answer it in place (`shape` as in `answers.answerable`)."""

    key: str
    text: str
    unit: str
    shape: str
    settles: str


def questions(asked: Sequence[Mapping[str, Any]]) -> list[Asked]:
    """The questions in the order of what they settle."""
    lang = language()
    made = []
    for question in asked:
        count = len(question["criteria"])
        settles = ngettext("settles %(n)s point", "settles %(n)s points", count) % {"n": count} if count else ""
        made.append(
            Asked(question["key"], question["text"][lang], question["unit"], answerable(question["key"]), settles)
        )
    return made
