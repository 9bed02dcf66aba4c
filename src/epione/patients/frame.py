"""What surrounds every page of an open record: banner and views; any workspace shows its own page inside."""

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from epione.identity.public import allowed
from epione.kernel.actor import Actor
from epione.kernel.kit.parts import Tab

from . import extensions
from .banner import banner_of
from .domain.record import FactKind, Record
from .rules import sees_clinical


def tabs_of(record: Record, by: Actor, current: str) -> list[Tab]:
    """The views of a record: ours, then those of the workspaces that the actor may open."""
    own = [("record", _("Summary"), None), ("timeline", _("Timeline"), None), ("measurements", _("Measurements"),
           len(record.of(FactKind.OBSERVATION)))]  # fmt: skip
    tabs = [Tab(str(label), reverse(f"patients:{name}", args=[record.card.id]), current == name, count)
            for name, label, count in own]  # fmt: skip
    for tab in extensions.tabs:
        if allowed(by, tab.scope):
            try:
                tabs.append(Tab(str(tab.label), reverse(tab.url_name, args=[record.card.id]), current == tab.key))
            except NoReverseMatch:
                continue
    tabs.append(Tab(_("Identity"), reverse("patients:identity", args=[record.card.id]), current == "identity"))
    return tabs


def frame_of(record: Record, by: Actor, current: str) -> dict[str, Any]:
    """The context of a template that extends `patients/frame.html`; `current` is the key of its tab."""
    writes = allowed(by, "patients:write") and sees_clinical(by)
    shown = {"record": record, "banner": banner_of(record, by), "tabs": tabs_of(record, by, current)}
    return shown | {"clinical": sees_clinical(by), "may_write": writes}
