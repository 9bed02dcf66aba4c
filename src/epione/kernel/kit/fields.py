"""How a form field is drawn: its widget, its help, its error, and the links between them."""

from typing import Any

from django.forms import BoundField
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Textarea


def describe(bound: BoundField, *, hint: str = "", attributes: dict[str, Any] | None = None) -> dict[str, Any]:
    """What `kit/field.html` needs to draw a bound field."""
    shape = _shape(bound)
    help_text = hint or str(bound.help_text)
    widget = bound.as_widget(attrs=_attributes(bound, shape, help_text) | _dashed(attributes or {}))
    return {"bound": bound, "shape": shape, "help": help_text, "widget": widget, "errors": list(bound.errors)}


def describe_combobox(bound: BoundField, *, url: str, text: str = "", hint: str = "") -> dict[str, Any]:
    """What `kit/combobox.html` needs: the hidden value, the text typed, where choices come from."""
    help_text = hint or str(bound.help_text)
    described = _described_by(bound, help_text)
    return {
        "bound": bound,
        "url": url,
        "text": text,
        "help": help_text,
        "described": described,
        "value": bound.value() or "",
        "errors": list(bound.errors),
    }


def _shape(bound: BoundField) -> str:
    """One of "check", "radio", "checks", "select", "area", "line"."""
    widget = bound.field.widget
    shapes: tuple[tuple[type, str], ...] = (
        (CheckboxSelectMultiple, "checks"),
        (RadioSelect, "radio"),
        (CheckboxInput, "check"),
        (Select, "select"),
        (Textarea, "area"),
    )
    return next((shape for kind, shape in shapes if isinstance(widget, kind)), "line")


def _attributes(bound: BoundField, shape: str, help_text: str) -> dict[str, Any]:
    css = {"check": "sw", "radio": "", "checks": "", "select": "sel"}.get(shape, "inp")
    attributes: dict[str, Any] = {"class": css} if css else {}
    described = _described_by(bound, help_text)
    if described:
        attributes["aria-describedby"] = described
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return attributes


def _described_by(bound: BoundField, help_text: str) -> str:
    names = [f"{bound.auto_id}-help"] if help_text else []
    return " ".join([*names, *([f"{bound.auto_id}-error"] if bound.errors else [])])


def _dashed(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name.replace("_", "-"): value for name, value in attributes.items()}
