"""Errors that are expected: each has a name, a status and a sentence for the person who meets it."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


class Expected(Exception):
    """A refusal that a person can act upon; rendered once, as a page or as RFC 9457 problem details.

    Subclasses set `status`, `code` (stable, kebab-case) and `sentence` (translated, %-formatted with `facts`).
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    sentence: ClassVar[Any] = _("This cannot be done.")

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts

    def __str__(self) -> str:
        return str(self.sentence) % self.facts


class NotFound(Expected):
    """The thing does not exist, or not for this practice."""

    status = 404
    code = "not-found"
    sentence = _("This was not found in your practice.")


class Forbidden(Expected):
    """The actor has no right to do this."""

    status = 403
    code = "forbidden"
    sentence = _("Your role does not allow this.")


class Conflict(Expected):
    """Somebody changed the row meanwhile; `facts` may carry both versions."""

    status = 409
    code = "conflict"
    sentence = _("Somebody else changed this meanwhile. Compare both versions before saving.")


class Invalid(Expected):
    """Input that cannot be accepted; `fields` maps a field name to its sentences."""

    status = 422
    code = "invalid"
    sentence = _("Some values cannot be accepted: check the fields below.")

    def __init__(self, fields: dict[str, list[str]] | None = None, **facts: Any) -> None:
        super().__init__(**facts)
        self.fields = fields or {}

    def __str__(self) -> str:
        details = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in self.fields.items())
        return f"{super().__str__()} {details}".strip()
