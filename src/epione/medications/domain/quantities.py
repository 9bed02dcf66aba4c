"""From a written dose to milligrams of the main substance."""

from .drug import Drug, Ingredient

_MASS = {"mg": 1.0, "g": 1000.0, "µg": 0.001, "μg": 0.001, "ug": 0.001, "mcg": 0.001, "kg": 1_000_000.0}
# One dosing element of the composition (a tablet, a sachet...): the amount of the catalogue is per element.
_ELEMENTS = frozenset(
    {
        "cp",
        "comprimé",
        "gélule",
        "capsule",
        "sachet",
        "dose",
        "patch",
        "suppositoire",
        "ampoule",
        "bouffée",
        "unité",
        "1",
    }
)


def main_ingredient(drug: Drug) -> Ingredient | None:
    """The substance that a dose in milligrams speaks of: the only one, or the first of a combination."""
    return drug.ingredients[0] if drug.ingredients else None


def milligrams(value: float | None, unit: str | None, drug: Drug) -> float | None:
    """Milligrams of the main substance in `value` `unit`; None when the catalogue or the unit does not tell."""
    if value is None or unit is None:
        return None
    written = unit.strip().lower()
    if written in _MASS:
        return value * _MASS[written]
    ingredient = main_ingredient(drug)
    if written not in _ELEMENTS or ingredient is None or ingredient.amount is None:
        return None
    factor = _MASS.get((ingredient.unit or "").strip().lower())
    return value * ingredient.amount * factor if factor else None
