"""The small drawings of the house: icons, ladder, scale, fingerprint. Each returns safe SVG."""

from collections.abc import Iterable
from hashlib import sha256

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

RUNGS = {"ci": 4, "ad": 3, "pe": 2, "apc": 1}
LEVEL_WORDS = {
    "ci": _("Contraindicated"),
    "ad": _("Advised against"),
    "pe": _("Caution"),
    "apc": _("To take into account"),
    "info": _("For information"),
    "ok": _("Verified"),
}
_TALLEST = 12


def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite; `size` "s" is 15 px, beside text."""
    return format_html(
        '<svg class="i{}" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        " " + size if size else "",
        static("kernel/icons.svg"),
        name,
    )


def rects(boxes: Iterable[tuple[float, float, float, float, str]], radius: str = ".8") -> SafeString:
    """Rectangles (x, y, width, height, class)."""
    return format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}" rx="{}"{}/>',
        ((_short(x), _short(y), _short(w), _short(h), radius, _class(c)) for x, y, w, h, c in boxes),
    )


def ladder(level: str) -> SafeString:
    """Four bars: how serious. Decorative: the word stands beside it."""
    rungs = RUNGS.get(level, 0)
    bars = rects((4.2 * i, 9 - 3 * i, 3, 5 + 3 * i, "" if i < rungs else "o") for i in range(4))
    return format_html('<svg class="lad c-{}" viewBox="0 0 16 14" aria-hidden="true">{}</svg>', level, bars)


def level_mark(level: str) -> SafeString:
    """The sign of a level: a ladder for the four clinical ones, a check mark for verified, a question mark for news."""
    if level in RUNGS:
        return ladder(level)
    return icon("check" if level == "ok" else "ask", "s")


def ten_bars(share: float) -> SafeString:
    """Ten bars: how certain, from 0 to 1. Decorative: the text carries the value."""
    full = max(0, min(10, round(share * 10)))
    bars = rects((4.9 * i, 0, 3, 10, "" if i < full else "o") for i in range(10))
    return format_html('<svg viewBox="0 0 48 10" aria-hidden="true">{}</svg>', bars)


def scale(share: float, level: str = "acc") -> SafeString:
    """Ten wide bars in a level's colour: how much."""
    full = max(0, min(10, round(share * 10)))
    bars = rects(((9.4 * i, 0, 7, 10, f"f-{level}" if i < full else "f-rule") for i in range(10)), radius="1")
    return format_html('<svg class="sc" viewBox="0 0 92 10" aria-hidden="true">{}</svg>', bars)


def fingerprint(digest: bytes | str, bars: int = 14) -> SafeString:
    """Fourteen bars whose heights are the first bytes of a hash: the same entry always looks the same."""
    raw = bytes.fromhex(digest) if isinstance(digest, str) else digest
    heights = [3 + byte * (_TALLEST - 3) // 255 for byte in raw[:bars]]
    drawn = rects(((3 * i, _TALLEST - h, 2, h, "") for i, h in enumerate(heights)), radius=".5")
    width = max(3 * len(heights) - 1, 1)
    return format_html('<svg class="print" viewBox="0 0 {} 12" aria-hidden="true">{}</svg>', width, drawn)


def claims_mark() -> SafeString:
    """The wide fingerprint of the sign-in page: the bytes of the product's own name."""
    raw = sha256(b"Epione").digest() + sha256(b"epione").digest()
    bars = (
        format_html(
            '<rect x="{}" y="{}" width="6" height="{}" rx="1.5" opacity="{}"/>',
            11 * i,
            120 - (15 + byte * 105 // 255),
            15 + byte * 105 // 255,
            ".95" if i % 7 == 0 else ".28",
        )
        for i, byte in enumerate(raw[:56])
    )
    return format_html(
        '<svg class="claims-mark" viewBox="0 0 616 120" aria-hidden="true">{}</svg>',
        mark_safe("".join(bars)),  # noqa: S308 -- each bar was escaped by format_html
    )


def logo() -> SafeString:
    """The margin line followed by three bars: an E."""
    return format_html(
        '<svg viewBox="0 0 22 22" aria-hidden="true" fill="currentColor">'
        '<rect x="2" y="1" width="1.6" height="20" rx=".8" opacity=".45"/>{}</svg>',
        rects([(6.4, 3, 13.6, 3.6, ""), (6.4, 9.2, 8.4, 3.6, ""), (6.4, 15.4, 13.6, 3.6, "")], radius="1.2"),
    )


def _short(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _class(name: str) -> SafeString:
    return format_html(' class="{}"', name) if name else SafeString("")
