"""What a medicine is to the engines: a French speciality, or a bare substance when no speciality is known."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class DrugStatus(StrEnum):
    """Whether the catalogue can say something of the medicine."""

    MARKETED = "marketed"
    RETIRED = "retired"
    HOMEOPATHIC = "homeopathic"
    WITHOUT_COMPOSITION = "without_composition"
    SUBSTANCE = "substance"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One active substance of a medicine.

    `amount` and `unit` are the quantity in one dosing element (a tablet: 200, "mg"), None when the catalogue does not
    say or when it is a concentration. `entities` are keys of the ANSM thesaurus for this substance (closure excluded).
    """

    code: str
    name: str
    amount: float | None = None
    unit: str | None = None
    entities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Drug:
    """A medicine: `cis` is None for a bare substance (INN). `atc_source` says how sure the codes are."""

    cis: str | None
    name: str
    status: DrugStatus
    atc: tuple[str, ...] = ()
    atc_source: str = ""
    form: str = ""
    routes: tuple[str, ...] = ()
    ingredients: tuple[Ingredient, ...] = ()

    @property
    def checkable(self) -> bool:
        """Whether interaction and rule checks can say anything of it."""
        return self.status in {DrugStatus.MARKETED, DrugStatus.RETIRED, DrugStatus.SUBSTANCE} and bool(
            self.ingredients or self.atc
        )


class Release(StrEnum):
    """Release of the active substance."""

    IMMEDIATE = "immediate"
    MODIFIED = "modified"


@dataclass(frozen=True, slots=True)
class TreatmentLine:
    """One line of a patient's treatment. None means unknown, never zero and never no.

    `dose_value`/`dose_unit` is one intake as written (1 "cp", 400 "mg"); `dose_mg` and `daily_mg` are milligrams of the
    main substance once known; `per_day` counts intakes; `route` is a catalogue route ("orale"), empty when unknown.
    """

    id: str
    drug: Drug
    dose_value: float | None = None
    dose_unit: str | None = None
    dose_mg: float | None = None
    daily_mg: float | None = None
    per_day: float | None = None
    frequency: str = ""
    route: str = ""
    prn: bool | None = None
    release: Release | None = None
    start: date | None = None
    end: date | None = None
    indication: str = ""
    source: str = "prescribed"
    facts: dict[str, str] = field(default_factory=dict, hash=False)
