"""The catalogue in memory: every French speciality and substance, as `Drug`s, from plain rows.

How the engines use it (get it with `epione.medications.public.load_catalogue()`, a cached singleton):

    catalogue.by_cis("64755969")             -> Drug | None   (KARDEGIC 75 mg...)
    catalogue.by_cip13("3400936963504")      -> Drug | None   (13 digits)
    catalogue.by_cip7("3696350")             -> Drug | None   (7 digits)
    catalogue.by_name("Kardegic 75 mg, ...") -> tuple[Drug, ...]  same normalised denomination, whole
    catalogue.by_substance("00005")          -> tuple[Drug, ...]  specialities that contain this substance code
    catalogue.substance("oméprazole")        -> Drug | None   bare substance (SUBSTANCE, cis None), salts ignored
    catalogue.substance("aspirine", mg=75)   -> its ATC codes narrowed by the strength when several exist
    catalogue.drugs()                        -> Iterator[Drug]; catalogue.editions -> tuple[Edition, ...]
    catalogue.holder("64755969")             -> marketing authorisation holder
    len(catalogue)                           -> number of specialities

Free text goes through `domain/resolver.py` (`resolve`), typing through `domain/search.py`.
A `Drug`: `ingredients` are therapeutic fractions (before salts), one per substance, in link order; `Ingredient.code`
is the BDPM substance code, or `ansm:<key>` for a substance that only the thesaurus knows; `Ingredient.entities` are
ANSM keys. `atc` of a speciality has at most one code; `atc_source` says how certain: `mitm` (official),
`generic_group`, `same_composition_route`, `who_name`, `manual`, `who_name_ambiguous`, `validated` (by a pharmacist).
A bare substance with several codes (aspirin: B01AC06, N02BA01) has `atc_source == "several"`: they are ALTERNATIVES,
so a rule is true when all its codes match, unknown when only some do. `who_name_ambiguous` is never certain either.
Compare names with `domain.names.normalise` only.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .compiled import Edition
from .drug import Drug, DrugStatus, Ingredient
from .names import base_key, normalise

_UNSURE = frozenset({"", "who_name_ambiguous"})
# A code that one speciality in twenty bears is a special case of the substance, not one of its usual uses.
_USUAL_SHARE = 0.05


@dataclass(slots=True)
class _Family:
    """A substance with its salts: what a prescriber means by one INN."""

    name: str
    codes: set[str] = field(default_factory=set)
    entities: set[str] = field(default_factory=set)
    atc: list[str] = field(default_factory=list)


class Catalogue:
    """Look-ups over the compiled tables (see `compiled.compile_tables`); `Drug`s are made when first asked for."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self.editions = tuple(Edition(**edition) for edition in tables["editions"])
        self._rows: dict[str, list[Any]] = {row[0]: row for row in tables["specialities"]}
        self._substances: Mapping[str, list[Any]] = tables["substances"]
        self._inns: list[list[Any]] = tables["inns"]
        self._cis_of_cip13 = {cip13: cis for cip13, _, cis in tables["presentations"]}
        self._cis_of_cip7 = {cip7: cis for _, cip7, cis in tables["presentations"]}
        self._synonyms = {normalise(alias): normalise(name) for alias, name in tables.get("synonyms", {}).items()}
        self._drugs: dict[str, Drug] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def drugs(self) -> Iterator[Drug]:
        """Every speciality."""
        return (self._drug(cis) for cis in self._rows)

    def by_cis(self, cis: str) -> Drug | None:
        """The speciality of this CIS code (8 digits)."""
        return self._drug(cis) if cis in self._rows else None

    def by_cip13(self, code: str) -> Drug | None:
        """The speciality of this presentation (13 digits)."""
        return self.by_cis(self._cis_of_cip13.get(code, ""))

    def by_cip7(self, code: str) -> Drug | None:
        """The speciality of this presentation (7 digits)."""
        return self.by_cis(self._cis_of_cip7.get(code, ""))

    def by_name(self, text: str) -> tuple[Drug, ...]:
        """Specialities whose whole denomination is this text, once normalised."""
        return tuple(self._drug(cis) for cis in self._cis_of_name.get(normalise(text), ()))

    def by_substance(self, code: str) -> tuple[Drug, ...]:
        """Specialities with this substance code among their ingredients."""
        return tuple(self._drug(cis) for cis in self._cis_of_substance.get(code, ()))

    def codes(self) -> Iterator[tuple[str, str]]:
        """Every code (CIS, CIP13, CIP7) with the CIS that it stands for."""
        yield from ((cis, cis) for cis in self._rows)
        yield from ((code, cis) for code, cis in self._cis_of_cip13.items() if cis in self._rows)
        yield from ((code, cis) for code, cis in self._cis_of_cip7.items() if cis in self._rows)

    def spell_out(self, text: str) -> str:
        """A normalised text with an everyday name replaced by the substance's ("vitamine d 1000"), else empty."""
        for alias in self._synonyms_longest_first:
            if f" {alias} " in f" {text} ":
                return f" {text} ".replace(f" {alias} ", f" {self._synonyms[alias]} ", 1).strip()
        return ""

    def reimbursed(self, cis: str) -> bool:
        """Whether a presentation of this speciality is reimbursed: what a town pharmacy sees most."""
        return bool(self._rows[cis][9])

    def holder(self, cis: str) -> str:
        """Who holds the marketing authorisation; empty for an unknown code."""
        row = self._rows.get(cis)
        return str(row[7]) if row else ""

    def family_key(self, text: str) -> str | None:
        """The key of the substance that this text names (any spelling, with or without its salt), None if unknown."""
        key = normalise(text)
        for candidate in (self._synonyms.get(key, key), base_key(self._synonyms.get(key, key))):
            if candidate in self._families:
                return candidate
        return None

    def substance_names(self) -> tuple[str, ...]:
        """The normalised names under which a bare substance is known, synonyms included."""
        return (*self._families, *self._synonyms)

    def substance(self, text: str, *, mg: float | None = None) -> Drug | None:
        """The bare substance that this text names; `mg`, the strength of one element, narrows its ATC codes."""
        key = self.family_key(text)
        if key is None:
            return None
        family = self._families[key]
        single = [drug for drug in self.of_family(key) if len(drug.ingredients) == 1]
        same = [drug for drug in single if mg is not None and drug.ingredients[0].amount == mg]
        atc = usual_codes(same or single, family.atc)
        amount = mg if same else None
        code = min(family.codes, key=self._closeness(key), default=f"ansm:{min(family.entities, default=key)}")
        ingredient = Ingredient(code, family.name, amount, "mg" if amount else None, frozenset(family.entities))
        return Drug(
            cis=None,
            name=family.name,
            status=DrugStatus.SUBSTANCE,
            atc=atc,
            atc_source=("substance" if len(atc) == 1 else "several") if atc else "",
            routes=usual_routes(same or single),
            ingredients=(ingredient,),
        )

    def of_family(self, key: str) -> tuple[Drug, ...]:
        """Specialities that contain the substance of this family, alone or with others."""
        codes = self._families[key].codes
        return tuple(
            self._drug(cis) for cis in dict.fromkeys(c for code in codes for c in self._cis_of_substance.get(code, ()))
        )

    def _closeness(self, key: str) -> Any:
        """The code that stands for a family: its plain name first, then the code most used."""
        return lambda code: (
            normalise(self._substances[code][0]) != key if code in self._substances else True,
            -len(self._cis_of_substance.get(code, ())),
            code,
        )

    def _drug(self, cis: str) -> Drug:
        drug = self._drugs.get(cis)
        if drug is None:
            drug = self._drugs[cis] = self._make(self._rows[cis])
        return drug

    def _make(self, row: list[Any]) -> Drug:
        cis, name, form, routes, status, atc, atc_source, _, parts, _ = row
        return Drug(
            cis=cis,
            name=name,
            status=DrugStatus(status),
            atc=(atc,) if atc else (),
            atc_source=atc_source,
            form=form,
            routes=tuple(route for route in routes.split(";") if route),
            ingredients=tuple(self._ingredient(*part) for part in parts),
        )

    def _ingredient(self, code: str, amount: float | None, unit: str | None) -> Ingredient:
        name, _, entities = self._substances[code]
        return Ingredient(code, name, amount, unit, frozenset(entities))

    @cached_property
    def _synonyms_longest_first(self) -> list[str]:
        return sorted(self._synonyms, key=lambda alias: (-len(alias), alias))

    @cached_property
    def _cis_of_name(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for cis, row in self._rows.items():
            found[normalise(row[1])].append(cis)
        return dict(found)

    @cached_property
    def _cis_of_substance(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for cis, row in self._rows.items():
            for code, _, _ in row[8]:
                found[code].append(cis)
        return dict(found)

    @cached_property
    def _families(self) -> dict[str, _Family]:
        """Substances by base key; those that only exist as homeopathic stocks are left out."""
        families: dict[str, _Family] = {}
        for code, (name, others, entities) in self._substances.items():
            if code not in self._cis_of_substance and not entities:
                continue
            for key in {base_key(name), *map(base_key, others)}:
                family = families.setdefault(key, _Family(name))
                family.codes.add(code)
                family.entities.update(entities)
                if normalise(name) == key:
                    family.name = name
        for name, codes, entities, atc in self._inns:
            family = families.setdefault(normalise(name), _Family(name.upper()))
            family.codes.update(code for code in codes.split("|") if code)
            family.entities.update(entities)
            family.atc.extend(code for code in atc if code not in family.atc)
        return families


def usual_codes(drugs: Sequence[Drug], known: Sequence[str] = ()) -> tuple[str, ...]:
    """ATC codes that specialities of one substance usually bear, by mouth if they exist so, the most used first.

    `known` are all codes of the substance: they count as well when those of some specialities are not sure.
    """
    coded = [drug for drug in drugs if drug.atc]
    usual = [drug for drug in coded if "orale" in drug.routes] or coded
    sure = [drug for drug in usual if drug.atc_source not in _UNSURE]
    counts = Counter(drug.atc[0] for drug in sure)
    codes = [code for code, count in counts.most_common() if count >= _USUAL_SHARE * counts.total()]
    if len(usual) - len(sure) >= _USUAL_SHARE * max(len(usual), 1):
        codes += known
    return tuple(dict.fromkeys(codes or list(known)))


def usual_routes(drugs: Iterable[Drug]) -> tuple[str, ...]:
    """The routes that specialities usually have, the most used first: a mixture of local and general stays visible."""
    counts = Counter(route for drug in drugs for route in drug.routes)
    return tuple(route for route, count in counts.most_common() if count >= _USUAL_SHARE * counts.total())
