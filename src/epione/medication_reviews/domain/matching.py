"""From medicines as written to treatment lines, by the catalogue's resolver; what is not matched stays visible."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from epione.medications.domain.drug import Drug, DrugStatus, Release, TreatmentLine
from epione.medications.domain.resolver import Match, Quality
from epione.prescriptions.domain.line import LineContent, treatment_line
from epione.prescriptions.domain.posology import parse_posology

from .case import Case, Fault, WrittenDrug
from .chart import Chart
from .leaves import both

Resolve = Callable[[str], Match]


@dataclass(frozen=True, slots=True)
class MatchedLine:
    """A medicine as written, what it was matched with, and how well (`Quality`)."""

    written: WrittenDrug
    line: TreatmentLine
    quality: Quality
    candidates: tuple[Drug, ...] = ()

    @property
    def matched(self) -> bool:
        """Whether a medicine was chosen."""
        return self.line.drug.status is not DrugStatus.UNKNOWN


@dataclass(frozen=True, slots=True)
class MatchedCase:
    """A case ready to be reviewed: its chart, and its lines with the quality of their match."""

    case: Case
    chart: Chart
    lines: tuple[MatchedLine, ...]
    warnings: tuple[Fault, ...] = ()


def match_case(case: Case, resolve: Resolve, resolve_code: Resolve) -> MatchedCase:
    """Match each medicine: by code when one is given, else by name."""
    lines = tuple(
        match_line(str(number), written, resolve, resolve_code) for number, written in enumerate(case.drugs, start=1)
    )
    chart = Chart(
        on=case.on,
        lines=tuple(one.line for one in lines),
        age=case.age,
        sex=case.sex,
        weight_kg=case.weight_kg,
        height_cm=case.height_cm,
        problems=case.problems,
        observations=case.observations,
        allergies=case.allergies,
        vaccinations=case.vaccinations,
        past_drugs=case.past_drugs,
        flags=case.flags,
        supplies={one.line.id: one.written.dispensings for one in lines if one.written.dispensings},
        complete=case.complete,
    )
    return MatchedCase(case, chart, lines, (*case.warnings, *_doubts(lines), *_unread(lines)))


def match_line(line_id: str, written: WrittenDrug, resolve: Resolve, resolve_code: Resolve) -> MatchedLine:
    """One medicine. A code that no catalogue knows falls back on the name; an ATC code alone is a bare class."""
    match = _match(written, resolve, resolve_code)
    if match.drug is not None or not written.atc:
        drug, quality = match.line_drug, match.quality
    else:
        drug, quality = Drug(None, written.label, DrugStatus.SUBSTANCE, (written.atc,), "given"), Quality.CODE
    if written.atc and drug.atc_source in ("several", "") and (not drug.atc or written.atc in drug.atc):
        drug = replace(drug, atc=(written.atc,), atc_source="given")
    return MatchedLine(written, _line(line_id, written, drug), quality, match.candidates)


def _match(written: WrittenDrug, resolve: Resolve, resolve_code: Resolve) -> Match:
    for code in (written.cis, written.cip13):
        if code:
            match = resolve_code(code)
            if match.drug is not None or not written.name:
                return match
    return resolve(written.name) if written.name else Match(written.label, None, (), Quality.NONE)


def _line(line_id: str, written: WrittenDrug, drug: Drug) -> TreatmentLine:
    content = LineContent(
        written=written.label,
        posology=written.frequency,
        dose_value=written.dose_value,
        dose_unit=written.dose_unit,
        per_day=written.per_day,
        prn=written.prn,
        route=written.route,
        start=written.start,
        end=written.end,
        indication=written.indication,
        facts=dict(written.facts),
    )
    line = treatment_line(line_id, content, drug)
    changes: dict[str, object] = {"source": written.source}
    if written.daily_mg is not None:
        changes["daily_mg"] = written.daily_mg
    if written.prolonged is not None:
        changes["release"] = Release.MODIFIED if written.prolonged else Release.IMMEDIATE
    return replace(line, **changes)  # type: ignore[arg-type]


def _unread(lines: Sequence[MatchedLine]) -> list[Fault]:
    """The posologies that are not understood, wholly or in part: their dose is unknown, or must be judged."""
    faults = []
    for number, one in enumerate(lines):
        read = parse_posology(one.written.frequency)
        where, shown = f"drugs[{number}].frequency", one.written.label
        if read.unread:
            fr, en = f"posologie non comprise\u00a0: {read.unread}", f"posology not understood: {read.unread}"
            faults.append(Fault(where, both(f"{shown}\u00a0: {fr}", f"{shown}: {en}")))
        elif read.ignored:
            fr, en = f"mots non lus de la posologie\u00a0: {read.ignored}", f"words not read: {read.ignored}"
            faults.append(Fault(where, both(f"{shown}\u00a0: {fr}", f"{shown}: {en}")))
    return faults


def _doubts(lines: Sequence[MatchedLine]) -> list[Fault]:
    """What a reader must confirm of the matches."""
    texts: Mapping[Quality, tuple[str, str]] = {
        Quality.NONE: ("médicament inconnu, exclu des contrôles", "unknown medicine, excluded from the checks"),
        Quality.AMBIGUOUS: (
            "nom ambigu\u00a0: choisir parmi les candidats",
            "ambiguous name: choose among the candidates",
        ),
        Quality.FUZZY: ("rapproché d’un nom voisin, à confirmer", "matched with a close name, to be confirmed"),
    }
    return [
        Fault(
            f"drugs[{number}]",
            both(
                f"{one.written.label}\u00a0: {texts[one.quality][0]}", f"{one.written.label}: {texts[one.quality][1]}"
            ),
        )
        for number, one in enumerate(lines)
        if one.quality in texts
    ]
