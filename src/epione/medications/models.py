"""Reference tables with history: every row knows the edition that brought it and the one that ended it.

They belong to no practice: they hold nobody's data.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from epione.kernel.ids import uuid7


class Edition(models.Model):
    """One import of one table."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    table = models.CharField(max_length=40, db_index=True)
    edition = models.CharField(max_length=20)
    source = models.CharField(max_length=200)
    licence = models.CharField(max_length=80)
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    empty_lines = models.PositiveIntegerField(default=0)
    trailing_tabs = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    imported_by = models.CharField(max_length=200)
    imported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("table", "imported_at")


class DatedRow(models.Model):
    """A row of a reference table, valid from `since` to `until` (null: still valid); `key` names it across editions."""

    columns: ClassVar[dict[str, str]] = {}
    """Column of the pack -> field."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    since = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    until = models.ForeignKey(Edition, models.PROTECT, related_name="+", null=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True
        constraints = (
            models.UniqueConstraint(fields=("key",), condition=Q(until=None), name="%(class)s_one_valid_row_per_key"),
        )
        indexes = (models.Index(fields=("key", "until")),)


class Speciality(DatedRow):
    """A speciality: one authorised medicine."""

    columns = {
        "cis": "cis",
        "denomination": "name",
        "forme": "form",
        "voies": "routes",
        "statut_amm": "authorisation",
        "commercialise": "marketed",
        "type_procedure": "procedure",
        "date_amm": "authorised_on",
        "titulaire": "holder",
        "surveillance_renforcee": "monitored",
        "homeopathie": "homeopathic",
        "atc": "atc",
        "atc_source": "atc_source",
        "substances": "substances",
    }
    cis = models.CharField(max_length=8, db_index=True)
    name = models.TextField()
    form = models.TextField()
    routes = models.TextField()
    authorisation = models.TextField()
    marketed = models.TextField()
    procedure = models.TextField()
    authorised_on = models.TextField()
    holder = models.TextField()
    monitored = models.TextField()
    homeopathic = models.TextField()
    atc = models.TextField(db_index=True)
    atc_source = models.TextField()
    substances = models.TextField()


class Presentation(DatedRow):
    """A box of a speciality, with its price."""

    columns = {
        "cip13": "cip13",
        "cip7": "cip7",
        "cis": "cis",
        "libelle": "label",
        "etat_commercialisation": "state",
        "taux_remboursement": "reimbursement",
        "prix_ttc": "price",
    }
    cip13 = models.CharField(max_length=13, db_index=True)
    cip7 = models.CharField(max_length=7)
    cis = models.CharField(max_length=8, db_index=True)
    label = models.TextField()
    state = models.TextField()
    reimbursement = models.TextField()
    price = models.TextField()


class CompositionLine(DatedRow):
    """A substance of a speciality: active substance (SA) or therapeutic fraction (FT)."""

    columns = {
        "cis": "cis",
        "code_substance": "code",
        "substance": "substance",
        "element": "element",
        "dosage": "dosage",
        "reference": "reference",
        "nature": "nature",
        "liaison": "link",
    }
    cis = models.CharField(max_length=8, db_index=True)
    code = models.CharField(max_length=5, db_index=True)
    substance = models.TextField()
    element = models.TextField()
    dosage = models.TextField()
    reference = models.TextField()
    nature = models.TextField()
    link = models.TextField()


class GenericMember(DatedRow):
    """A speciality in a generic group: 0 reference, 1 generic, 2 complementary by dose, 4 substitutable."""

    columns = {"groupe": "group", "libelle": "label", "cis": "cis", "type": "kind"}
    group = models.TextField(db_index=True)
    label = models.TextField()
    cis = models.CharField(max_length=8, db_index=True)
    kind = models.TextField()


class Condition(DatedRow):
    """A condition of prescription or delivery."""

    columns = {"cis": "cis", "condition": "text"}
    cis = models.CharField(max_length=8, db_index=True)
    text = models.TextField()


class Availability(DatedRow):
    """A shortage, a tension, an end of sale, a return."""

    columns = {
        "cis": "cis",
        "cip13": "cip13",
        "code": "code",
        "statut": "state",
        "debut": "began_on",
        "maj": "updated_on",
        "remise": "back_on",
        "lien": "link",
    }
    cis = models.CharField(max_length=8, db_index=True)
    cip13 = models.CharField(max_length=13)
    code = models.TextField()
    state = models.TextField()
    began_on = models.TextField()
    updated_on = models.TextField()
    back_on = models.TextField()
    link = models.TextField()


class Benefit(DatedRow):
    """An opinion on the benefit of a speciality (SMR): its level and date."""

    columns = {"cis": "cis", "dossier": "file", "motif": "reason", "date": "given_on", "smr": "level"}
    cis = models.CharField(max_length=8, db_index=True)
    file = models.TextField()
    reason = models.TextField()
    given_on = models.TextField()
    level = models.TextField()


class Improvement(DatedRow):
    """An opinion on the improvement that a speciality brings (ASMR): its level and date."""

    columns = {"cis": "cis", "dossier": "file", "motif": "reason", "date": "given_on", "asmr": "level"}
    cis = models.CharField(max_length=8, db_index=True)
    file = models.TextField()
    reason = models.TextField()
    given_on = models.TextField()
    level = models.TextField()


class AtcCorrection(models.Model):
    """An ATC code that a pharmacist gave to a speciality; the newest wins, all stay."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cis = models.CharField(max_length=8, db_index=True)
    atc = models.CharField(max_length=7, blank=True)
    reason = models.TextField()
    corrected_by = models.UUIDField()
    corrected_by_name = models.CharField(max_length=200)
    corrected_at = models.DateTimeField(auto_now_add=True)


class ThesaurusText(models.Model):
    """The thesaurus's own wording of one interaction, as the operator imported it: shown verbatim, never shipped."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    a = models.CharField(max_length=200)
    b = models.CharField(max_length=200)
    levels = models.CharField(max_length=20)
    mechanism = models.TextField()
    management = models.TextField()
    page = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=("a", "b")),)


TABLES: dict[str, type[DatedRow]] = {
    "specialities": Speciality,
    "presentations": Presentation,
    "composition": CompositionLine,
    "generics": GenericMember,
    "conditions": Condition,
    "availability": Availability,
    "smr": Benefit,
    "asmr": Improvement,
}
