"""What each kind of document is called; the module that writes a kind names it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

_kinds: dict[str, Any] = {
    "medication_reviews.letter": _("Letter to the physician"),
    "medication_reviews.summary": _("Summary of the review"),
    "medication_reviews.plan": _("Medication plan"),
}


def register_kind(kind: str, label: Any) -> None:
    """Say what a kind of document is called."""
    _kinds[kind] = label


def kind_words(kind: str) -> str:
    """The kind in words; one that nobody named is shown under its own name."""
    return str(_kinds.get(kind, kind))
