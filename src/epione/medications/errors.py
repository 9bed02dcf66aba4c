"""Refusals of the catalogue that a person can act upon."""

from django.utils.translation import gettext_lazy as _

from epione.kernel.errors import Expected, NotFound


class UnknownSpeciality(NotFound):
    """No edition of the catalogue has this CIS code."""

    code = "unknown-speciality"
    sentence = _("The catalogue has no speciality with the CIS code %(cis)s.")


class ImportRefused(Expected):
    """A file was not imported: nothing changed."""

    status = 422
    code = "import-refused"
    sentence = _("%(file)s, line %(line)s: %(problem)s. Nothing was imported.")


class UnknownTable(Expected):
    """The catalogue has no table of this name."""

    status = 422
    code = "unknown-table"
    sentence = _("“%(kind)s” is not a table of the catalogue. Choose one of: %(known)s.")


class SourceUnreachable(Expected):
    """The official source did not answer."""

    status = 503
    code = "source-unreachable"
    sentence = _("The official source did not answer (%(address)s). The catalogue in use is unchanged.")


class UnknownAtc(Expected):
    """A correction names a code that is no ATC code of the catalogue."""

    status = 422
    code = "unknown-atc"
    sentence = _("“%(atc)s” is not an ATC code of the catalogue.")


class UnresolvedMedicine(Expected):
    """A name of a list stands for no medicine, or for several."""

    status = 422
    code = "unresolved-medicine"
    sentence = _("“%(name)s” does not name one medicine. Nearest: %(candidates)s.")


class UnreadableFact(Expected):
    """A datum given for the interaction rules is none of those that they ask for."""

    status = 422
    code = "unreadable-fact"
    sentence = _("“%(fact)s” is not a datum that an interaction rule asks for. Write name=value.")
