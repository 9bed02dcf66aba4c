"""Writing of SVG: every value is escaped, every number is short."""

from collections.abc import Iterable
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString


def n(value: float) -> str:
    """A coordinate with one decimal at most."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def tag(name: str, inside: str | SafeString = "", **attributes: Any) -> SafeString:
    """One element; class is given as `css`, underscores become dashes, None vanishes, floats are shortened."""
    parts = [SafeString(f"<{name}")]
    for key, value in attributes.items():
        if value is None or value == "":
            continue
        label = {"css": "class", "view": "viewBox"}.get(key, key.replace("_", "-"))
        parts.append(format_html(' {}="{}"', label, n(value) if isinstance(value, int | float) else value))
    parts.append(format_html(">{}</{}>", inside, name) if inside else SafeString("/>"))
    return join(parts)


def join(parts: Iterable[str]) -> SafeString:
    """Pieces one after the other, each escaped unless it is safe."""
    return SafeString("".join(conditional_escape(part) for part in parts))


def fitted(text: str, width: float, size: float = 11) -> SafeString:
    """A text cut to about this width in pixels; the whole of it stays as its title."""
    most = max(int(width / (size * 0.56)), 2)
    if len(text) <= most:
        return join([text])
    return join([text[: most - 1].rstrip() + "…", tag("title", text)])


def drawing(width: float, height: float, label: str, inside: Iterable[str], css: str = "chart") -> SafeString:
    """A chart whose label is its conclusion; without a label it is decoration beside its text."""
    named = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    return tag("svg", join(inside), css=css, view=f"0 0 {n(width)} {n(height)}", **named)


def polyline(points: Iterable[tuple[float, float]]) -> str:
    """The path through these points."""
    return "M" + "L".join(f"{n(x)} {n(y)}" for x, y in points)
