"""Tags and filters of the page kit: `{% load kit %}`. Plain data in, one component out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import template
from django.forms import BoundField, Form
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from epione.kernel.kit import charts, fields, formats, marks, parts, typography

register = template.Library()

_FILTERS: dict[str | None, Callable[..., Any]] = {
    "typo_fr": typography.typo_fr,
    "number": formats.number,
    "measure": formats.measure,
    "day": formats.day,
    "short_day": formats.short_day,
    "long_day": formats.long_day,
    "month_of": formats.month,
    "clock": formats.clock,
    "duration": formats.duration,
}
for _name, _filter in _FILTERS.items():
    register.filter(_name, _filter)

for _mark in (marks.icon, marks.ladder, marks.fingerprint, marks.logo, marks.claims_mark):
    register.simple_tag(_mark)


def _attributes(given: Mapping[str, Any]) -> SafeString:
    """Keyword arguments as attributes: hx_get is hx-get, True stands alone, None and False vanish."""
    pairs = [(name.rstrip("_").replace("_", "-"), value) for name, value in given.items()]
    return format_html_join(
        "",
        "{}",
        ((format_html(' {}="{}"', n, "" if v is True else v),) for n, v in pairs if v is not None and v is not False),
    )


@register.simple_tag
def level(name: str, text: str = "") -> SafeString:
    """A level: its ladder and its word, or `text` in place of the word."""
    words = text or marks.LEVEL_WORDS[name]
    return format_html('<span class="lvl {}">{}{}</span>', name, marks.level_mark(name), words)


@register.simple_tag
def level_word(name: str) -> str:
    """The word of a level alone."""
    return str(marks.LEVEL_WORDS[name])


@register.simple_tag
def banner_trend(values: Sequence[float]) -> SafeString:
    """The trend of a vital sign, for the patient banner."""
    return charts.sparkline(values, width=38, height=14, css="spk")


@register.simple_tag
def chip(text: str, level: str = "", icon: str = "") -> SafeString:
    """A small label; `level` ci, ad, pe, apc, ok, info, or "ask" for the dashed "to confirm"."""
    drawn = marks.icon(icon, "s") if icon else ""
    return format_html('<span class="tag {}">{}{}</span>', level, drawn, text)


@register.simple_tag
def button(label: str, kind: str = "", icon: str = "", key: str = "", href: str = "", **given: Any) -> SafeString:
    """A button, or a link that looks like one. `kind`: "pri", "qt", "danger", with "sm" for small.

    `key` is the letter printed on it and heard by the keyboard. `busy` is what it says while it works; `reason`
    disables it and says why; `is_busy=True` draws it working. Other keywords become attributes (hx_post, name...).
    """
    reason, busy, is_busy = given.pop("reason", ""), given.pop("busy", ""), given.pop("is_busy", False)
    given |= {"data_key": key or None, "data_busy": busy or None, "aria_busy": "true" if is_busy else None}
    if reason:
        given |= {"aria_disabled": "true", "data_key": None}
        label = _("%(label)s, %(reason)s") % {"label": label, "reason": reason}
    inside = format_html(
        "{}<span>{}</span>{}",
        marks.icon(icon, "s") if icon else "",
        busy if is_busy and busy else label,
        format_html(' <kbd aria-hidden="true">{}</kbd>', "↵" if key == "Enter" else key.upper())
        if key and not reason
        else "",
    )
    css = f"btn {kind}".strip()
    if href and not reason:
        return format_html('<a class="{}" href="{}"{}>{}</a>', css, href, _attributes(given), inside)
    given.setdefault("type", "button" if reason else "submit")
    return format_html('<button class="{}"{}>{}</button>', css, _attributes(given), inside)


@register.simple_tag
def icon_button(name: str, label: str, key: str = "", href: str = "", **given: Any) -> SafeString:
    """An icon alone, with its name for all and a tooltip with its key; `pressed` True or False makes it a toggle."""
    pressed = given.pop("pressed", None)
    given |= {"aria_pressed": None if pressed is None else str(pressed).lower(), "data_key": key or None}
    title = f"{label} ({key.upper()})" if key else label
    drawn = marks.icon(name)
    if href:
        return format_html(
            '<a class="ib" href="{}" aria-label="{}" title="{}"{}>{}</a>', href, label, title, _attributes(given), drawn
        )
    given.setdefault("type", "button")
    return format_html(
        '<button class="ib" aria-label="{}" title="{}"{}>{}</button>', label, title, _attributes(given), drawn
    )


@register.simple_tag
def cite(citation: parts.Citation) -> SafeString:
    """A citation chip: opens its passage in the drawer. A failed check is struck through."""
    if citation.failed:
        return format_html(
            '<span class="cite failed" title="{0}"><s>{1}</s> {0}</span>', citation.failed, citation.label
        )
    return format_html(
        '<a class="cite" href="{0}" aria-expanded="{2}" aria-controls="{3}"'
        ' hx-get="{0}" hx-target="#{3}" data-opens="{3}">{1}</a>',
        citation.url,
        citation.label,
        str(citation.open).lower(),
        citation.controls,
    )


@register.simple_tag
def cite_number(number: int, url: str, what: str = "") -> SafeString:
    """A numbered citation inside a sentence; `what` is the source, for those who hear the page."""
    name = _("Source %(number)s") % {"number": number} + (f", {what}" if what else "")
    return format_html('<a class="cn" href="{}" aria-label="{}">{}</a>', url, name, number)


@register.simple_tag
def confidence(share: float, why: str = "") -> SafeString:
    """Ten bars, the percentage and its reason."""
    text = formats.measure(round(share * 100), "%")
    said = _("%(share)s: %(why)s") % {"share": text, "why": why} if why else text
    return format_html('<span class="conf">{}<span>{}</span></span>', marks.ten_bars(share), said)


@register.simple_tag
def scale(label: str, share: float, value: str, level: str = "acc") -> SafeString:
    """One line of a scale: label, ten bars, value in words."""
    return format_html("<span>{}</span>{}<b>{}</b>", label, marks.scale(share, level), value)


@register.simple_tag
def proof(entry: int, digest: bytes | str, url: str, state: str = "proved") -> SafeString:
    """The fingerprint and number of a ledger entry; `state` is "proved", "waiting" or "broken"."""
    words = {
        "proved": _("proved"),
        "waiting": _("waiting for an anchor"),
        "broken": _("broken: erase nothing, warn the administrator"),
    }
    return format_html(
        '<a class="proof {0}" href="{1}">{2}<span>{3}<span class="{5}">, {4}</span></span></a>',
        state,
        url,
        marks.fingerprint(digest),
        _("Entry %(number)s") % {"number": formats.number(entry)},
        words[state],
        "vh" if state == "proved" else "why-not",
    )


@register.simple_tag(takes_context=True)
def sort_head(context: Context, label: str, name: str, css: str = "") -> SafeString:
    """A column head that sorts: a link that keeps the filters, with `aria-sort`; `?sort=-name` is descending."""
    query = context["request"].GET.copy()
    current = query.get("sort", "")
    query["sort"] = f"-{name}" if current == name else name
    query.pop("page", None)
    direction = {name: "ascending", f"-{name}": "descending"}.get(current, "none")
    arrow = {"ascending": "↑", "descending": "↓"}.get(direction, "")
    return format_html(
        '<th scope="col" class="{}" aria-sort="{}"><a class="sort" href="?{}">{}'
        ' <span aria-hidden="true">{}</span></a></th>',
        css, direction, query.urlencode(), label, arrow,
    )  # fmt: skip


@register.inclusion_tag("kit/tabs.html")
def tabs(items: Sequence[parts.Tab], label: str) -> dict[str, Any]:
    """Links between views of one thing, with counts."""
    return {"items": items, "label": label}


@register.inclusion_tag("kit/segmented.html")
def segmented(items: Sequence[parts.Tab], label: str) -> dict[str, Any]:
    """Two to four exclusive views as links; for a value in a form use a radio field with `{% field %}`."""
    return {"items": items, "label": label}


@register.inclusion_tag("kit/stepper.html")
def stepper(steps: Sequence[parts.Step], label: str = "") -> dict[str, Any]:
    """The steps of a piece of work; a done step with an address is a link."""
    return {"steps": steps, "label": label or _("Steps")}


@register.inclusion_tag("kit/timeline.html")
def timeline(moments: Sequence[parts.Moment], label: str) -> dict[str, Any]:
    """Events against the margin, latest or earliest first as given."""
    return {"moments": moments, "label": label}


@register.inclusion_tag("kit/finding.html")
def finding(card: parts.Finding) -> dict[str, Any]:
    """A finding as one item of an ordered list `.marge`."""
    return {"finding": card}


@register.inclusion_tag("kit/diff.html")
def diff(changes: Sequence[parts.Change]) -> dict[str, Any]:
    """Removed and added lines."""
    return {"changes": changes}


@register.inclusion_tag("kit/proposal.html", takes_context=True)
def proposal(context: Context, card: parts.Proposal) -> dict[str, Any]:
    """A proposed change that a person confirms, edits or refuses."""
    return {"proposal": card, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("kit/evidence.html")
def evidence(opened: parts.Evidence) -> dict[str, Any]:
    """An opened source, for the drawer."""
    return {"evidence": opened}


@register.inclusion_tag("kit/progress.html", takes_context=True)
def progress(context: Context, label: str, done: int, total: int, **more: str) -> dict[str, Any]:
    """A bar with what is done of what; `left` (time in words), `cancel_url`, `poll_url` (asked again every second)."""
    share = done / total if total else 0.0
    said = ngettext("%(done)s of %(total)s", "%(done)s of %(total)s", total) % {
        "done": formats.number(done),
        "total": formats.number(total),
    }
    quarter = int(share * 4) * 25
    facts = {"label": label, "done": done, "total": total, "said": said, "quarter": quarter}
    return facts | more | {"csrf_token": context.get("csrf_token")}


@register.inclusion_tag("kit/pagination.html", takes_context=True)
def pagination(context: Context, page: Any) -> dict[str, Any]:
    """Previous and next with the exact counts, keeping the filters; `page` is a Django `Page`."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    return {"page": page, "query": query.urlencode()}


@register.inclusion_tag("kit/field.html")
def field(bound: BoundField, hint: str = "", **attributes: Any) -> dict[str, Any]:
    """A form field with label, help, error and their links for screen readers."""
    return fields.describe(bound, hint=hint, attributes=attributes)


@register.inclusion_tag("kit/combobox.html")
def combobox(bound: BoundField, url: str, text: str = "", hint: str = "") -> dict[str, Any]:
    """A field that searches on the server while typing: `url` answers `kit/choices.html`."""
    return fields.describe_combobox(bound, url=url, text=text, hint=hint)


@register.inclusion_tag("kit/errors.html")
def error_summary(form: Form, focus: bool = True) -> dict[str, Any]:
    """The errors of a form, each a link to its field; takes the focus when the page opens."""
    return {"form": form, "focus": focus, "wrong": [bound for bound in form if bound.errors]}


@register.inclusion_tag("kit/figure.html")
def figure(drawing: SafeString, series: parts.Series, narrow: SafeString | None = None) -> dict[str, Any]:
    """A chart with its table of values; `narrow` is the drawing for phones."""
    return {"drawing": drawing, "series": series, "narrow": narrow}


@register.simple_block_tag
def empty(content: str, sentence: str) -> SafeString:
    """What stands where nothing is yet: a sentence, then the action in the block."""
    return format_html('<div class="empty"><p>{}</p><div class="row wrap">{}</div></div>', sentence, content)


@register.simple_block_tag
def note(content: str, level: str = "", icon: str = "", live: bool = False) -> SafeString:
    """A message in the page; `live` has it spoken when it arrives."""
    drawn = marks.icon(icon or {"ok": "check", "pe": "warn", "ad": "warn", "ci": "stop"}.get(level, "ask"))
    role = SafeString(' role="status"') if live else ""
    return format_html('<div class="note {}"{}>{}<div class="grow">{}</div></div>', level, role, drawn, content)


@register.simple_block_tag
def dialog(content: str, id: str, title: str, text: str = "") -> SafeString:  # noqa: A002 -- it is the id attribute
    """A native dialog, opened by `data-dialog="<id>"`: a question, its consequence, the form."""
    described = format_html('<p class="sec" id="{}-text">{}</p>', id, text) if text else ""
    return format_html(
        '<dialog class="dlg" id="{0}" aria-labelledby="{0}-title"{3}><h2 id="{0}-title">{1}</h2>{2}{4}</dialog>',
        id,
        title,
        described,
        format_html(' aria-describedby="{}-text"', id) if text else "",
        content,
    )
