"""Burdens that add up over a treatment: anticholinergic, falls, and the risks that the thesaurus lists by class."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from epione.medications.domain.drug import Drug, Ingredient, TreatmentLine
from epione.medications.domain.families import belongs
from epione.medications.domain.interactions_routes import is_local, routes_of
from epione.medications.domain.names import base_key, normalise

Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Share:
    """What one substance brings to a score: its points, and the lines (ids) that contain it."""

    name: str
    points: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Burden:
    """A score, the substances that make it (highest first), and the lines whose composition is unknown."""

    total: int
    shares: tuple[Share, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RiskTag:
    """The lines of a treatment that share one risk of the thesaurus (`torsadogene`, `sedatif`...)."""

    tag: str
    name: Text
    shares: tuple[Share, ...]

    @property
    def count(self) -> int:
        """How many different substances bring the risk."""
        return len(self.shares)


@dataclass(frozen=True, slots=True)
class FallRisk:
    """Fall-risk-increasing medicines: (line id, class, weight); `unknown` lines have no certain ATC code."""

    drugs: tuple[tuple[str, str, str], ...]
    unknown: tuple[str, ...]

    def count(self, weight: str | None = None) -> int:
        """How many lines raise the risk, at one weight (`fort`, `modere`, `faible`) or in all."""
        return sum(weight in {None, found} for _, _, found in self.drugs)


@dataclass(frozen=True, slots=True)
class TripleWhammy:
    """Renin-angiotensin blocker + diuretic + NSAID (ids of lines): risk of acute kidney injury.

    Lines without a certain ATC code are in `unknown`: they might be one of the three.
    """

    blockers: tuple[str, ...]
    diuretics: tuple[str, ...]
    nsaids: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether all three are taken together."""
        return bool(self.blockers and self.diuretics and self.nsaids)


ACB_RELEVANT = 3

TAG_NAMES: dict[str, Text] = {
    "anticholinergique": {"fr": "effets atropiniques", "en": "anticholinergic effects"},
    "antiagregant": {"fr": "antiagrégants plaquettaires", "en": "antiplatelet effect"},
    "atteinte_musculaire": {"fr": "atteinte musculaire", "en": "muscle toxicity"},
    "bradycardisant": {"fr": "bradycardie", "en": "bradycardia"},
    "hyperkaliemiant": {"fr": "hyperkaliémie", "en": "hyperkalaemia"},
    "hypokaliemiant": {"fr": "hypokaliémie", "en": "hypokalaemia"},
    "hyponatremiant": {"fr": "hyponatrémie", "en": "hyponatraemia"},
    "hypotenseur": {"fr": "baisse de la pression artérielle", "en": "lower blood pressure"},
    "hypotension_orthostatique": {"fr": "hypotension orthostatique", "en": "orthostatic hypotension"},
    "inducteur": {"fr": "inducteurs enzymatiques", "en": "enzyme inducers"},
    "inhibiteur_cyp3a4": {"fr": "inhibiteurs puissants du CYP3A4", "en": "strong CYP3A4 inhibitors"},
    "methemoglobine": {"fr": "méthémoglobinémie", "en": "methaemoglobinaemia"},
    "nephrotoxique": {"fr": "toxicité rénale", "en": "kidney toxicity"},
    "ototoxique": {"fr": "toxicité auditive", "en": "ototoxicity"},
    "sedatif": {"fr": "sédation", "en": "sedation"},
    "serotoninergique": {"fr": "syndrome sérotoninergique", "en": "serotonin syndrome"},
    "seuil_epileptogene": {"fr": "abaissement du seuil épileptogène", "en": "lower seizure threshold"},
    "substrat_cyp3a4": {"fr": "substrats à risque du CYP3A4", "en": "sensitive CYP3A4 substrates"},
    "torsadogene": {"fr": "torsades de pointes (QT)", "en": "torsade de pointes (QT)"},
}

_BLOCKERS = ("C09",)
_DIURETICS = (
    "C03",
    "C09BA",
    "C09DA",
    "C09BX01",
    "C09BX03",
    "C09DX01",
    "C09DX03",
    "C07B",
    "C07C",
    "C07D",
    "C02L",
    "C08G",
)
_NSAIDS = ("M01AA", "M01AB", "M01AC", "M01AE", "M01AG", "M01AH", "M01BA")


@dataclass(slots=True)
class Scales:
    """The scales in use, built once from the shipped rows: see `Scales.from_rows`."""

    cia: dict[str, int] = field(default_factory=dict)
    acb: dict[str, int] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    falls: tuple[tuple[str, str, str], ...] = ()
    tags: dict[str, frozenset[str]] = field(default_factory=dict)
    _fall_classes: dict[tuple[tuple[str, ...], str], tuple[tuple[str, str] | None, bool]] = field(default_factory=dict)

    @classmethod
    def from_rows(
        cls,
        *,
        acb: Iterable[Mapping[str, str]],
        frid: Iterable[Mapping[str, str]],
        risk_lists: Iterable[Mapping[str, str]],
    ) -> "Scales":
        """Build from rows `key, cia, acb_omedit, atc`; `atc_prefix, classe, poids_propre`; `tag, substance`.

        Raises ValueError on a score that is not a number, KeyError on a missing column or a tag without a name.
        """
        scales = cls()
        for row in acb:
            for scale, column in ((scales.cia, "cia"), (scales.acb, "acb_omedit")):
                if row[column]:
                    scale[row["key"]] = int(row[column])
            scales.codes |= dict.fromkeys(filter(None, row["atc"].split("|")), row["key"])
        scales.falls = tuple((row["atc_prefix"], row["classe"], row["poids_propre"]) for row in frid)
        for row in risk_lists:
            if row["tag"] not in TAG_NAMES:
                raise KeyError(row["tag"])
            scales.tags[row["substance"]] = scales.tags.get(row["substance"], frozenset()) | {row["tag"]}
        return scales

    def anticholinergic_cia(self, lines: Sequence[TreatmentLine]) -> Burden:
        """Anticholinergic impregnation (CIA: Briet J et al., Thérapie 2017;72:427), local forms left out."""
        return self._burden(lines, self.cia)

    def anticholinergic_acb(self, lines: Sequence[TreatmentLine]) -> Burden:
        """Anticholinergic cognitive burden of OMéDIT PACA-Corse (after Boustani M, Aging Health 2008;4:311).

        A total of `ACB_RELEVANT` or more is held to be clinically relevant.
        """
        return self._burden(lines, self.acb)

    def risk_tags(self, lines: Sequence[TreatmentLine]) -> tuple[RiskTag, ...]:
        """Every risk that at least one line brings, those brought by most substances first. One point each."""
        found: dict[str, dict[str, tuple[str, list[str]]]] = {}
        for line, part in _parts(lines):
            for entity in part.entities:
                for tag in self.tags.get(entity, ()):
                    found.setdefault(tag, {}).setdefault(part.code, (part.name, []))[1].append(line.id)
        tags = [RiskTag(tag, TAG_NAMES[tag], _shares(parts, 1)) for tag, parts in found.items()]
        return tuple(sorted(tags, key=lambda tag: (-tag.count, tag.tag)))

    def fall_risk(self, lines: Sequence[TreatmentLine]) -> FallRisk:
        """Fall-risk-increasing drugs: classes of STOPPFall (Seppala LJ, Age Ageing 2021;50:1189), weights of Epione."""
        drugs, unknown = [], []
        for line in _systemic(lines):
            certain, unsure = self._fall_class(line.drug)
            if certain is not None:
                drugs.append((line.id, *certain))
            elif unsure:
                unknown.append(line.id)
        return FallRisk(tuple(drugs), tuple(unknown))

    def _fall_class(self, drug: Drug) -> tuple[tuple[str, str] | None, bool]:
        """Class and weight of a medicine, and whether it may have one; kept per code, for batches of patients."""
        key = (drug.atc, drug.atc_source)
        known = self._fall_classes.get(key)
        if known is None:
            answers = [(belongs(drug, (prefix,)), name, weight) for prefix, name, weight in self.falls]
            certain = next(((name, weight) for answer, name, weight in answers if answer), None)
            known = self._fall_classes[key] = (certain, any(answer is None for answer, _, _ in answers))
        return known

    def _burden(self, lines: Sequence[TreatmentLine], scale: Mapping[str, int]) -> Burden:
        found: dict[str, tuple[int, str, list[str]]] = {}
        for line, part in _parts(lines):
            key = self._key(line.drug, part, scale)
            if key is not None:
                found.setdefault(key, (scale[key], part.name, []))[2].append(line.id)
        shares = tuple(
            Share(name, points, tuple(dict.fromkeys(ids)))
            for points, name, ids in sorted(found.values(), key=lambda share: (-share[0], share[1]))
        )
        unknown = tuple(line.id for line in lines if not line.drug.checkable)
        return Burden(sum(share.points for share in shares), shares, unknown)

    def _key(self, drug: Drug, part: Ingredient, scale: Mapping[str, int]) -> str | None:
        names = (base_key(part.name), normalise(part.name), *sorted(part.entities))
        found = next((name for name in names if name in scale), None)
        if found is not None or len(drug.ingredients) != 1:
            return found
        # Spellings differ between lists (chlortalidone, chlorthalidone): the code tells, if there is but one substance.
        coded = {self.codes.get(code) for code in drug.atc}
        key = coded.pop() if len(coded) == 1 else None
        return key if key in scale else None


def triple_whammy(lines: Sequence[TreatmentLine]) -> TripleWhammy:
    """The three parts of the triple whammy, combinations included (Lapi F et al., BMJ 2013;346:e8525)."""
    parts: dict[tuple[str, ...], list[str]] = {_BLOCKERS: [], _DIURETICS: [], _NSAIDS: []}
    unknown = []
    for line in _systemic(lines):
        answers = {prefixes: belongs(line.drug, prefixes) for prefixes in parts}
        for prefixes, answer in answers.items():
            if answer:
                parts[prefixes].append(line.id)
        if not any(answers.values()) and None in answers.values():
            unknown.append(line.id)
    return TripleWhammy(tuple(parts[_BLOCKERS]), tuple(parts[_DIURETICS]), tuple(parts[_NSAIDS]), tuple(unknown))


def _systemic(lines: Sequence[TreatmentLine]) -> list[TreatmentLine]:
    return [line for line in lines if line.drug.checkable and not is_local(routes_of(line.drug, line.route))]


def _parts(lines: Sequence[TreatmentLine]) -> list[tuple[TreatmentLine, Ingredient]]:
    return [(line, part) for line in _systemic(lines) for part in line.drug.ingredients]


def _shares(parts: Mapping[str, tuple[str, list[str]]], points: int) -> tuple[Share, ...]:
    return tuple(Share(name, points, tuple(dict.fromkeys(ids))) for name, ids in parts.values())
