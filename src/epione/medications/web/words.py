"""Words of the catalogue's pages."""

from django.utils.translation import gettext_lazy as _

from epione.medications.domain.drug import DrugStatus

STATUSES = {
    DrugStatus.MARKETED: _("Marketed"),
    DrugStatus.RETIRED: _("No longer marketed"),
    DrugStatus.HOMEOPATHIC: _("Homeopathic"),
    DrugStatus.WITHOUT_COMPOSITION: _("Composition not published"),
    DrugStatus.SUBSTANCE: _("Substance"),
    DrugStatus.UNKNOWN: _("Unknown"),
}

ATC_SOURCES = {
    "mitm": _("official list of medicines of major interest"),
    "generic_group": _("as the other members of its generic group"),
    "same_composition_route": _("as medicines of the same composition and route"),
    "who_name": _("by the name of its substance"),
    "who_name_ambiguous": _("by the name of its substance, several codes fit: to confirm"),
    "manual": _("set by Epione"),
    "validated": _("validated by a pharmacist here"),
}

KINDS = {
    "reference": _("reference medicine"),
    "generic": _("generic"),
    "complementary": _("generic, complementary by dose"),
    "substitutable": _("substitutable generic"),
}

TABLES = {
    "specialities": _("Specialities"),
    "presentations": _("Presentations and prices"),
    "composition": _("Compositions"),
    "generics": _("Generic groups"),
    "conditions": _("Conditions of prescription"),
    "availability": _("Availability and shortages"),
    "smr": _("Medical benefit (SMR)"),
    "asmr": _("Improvement of benefit (ASMR)"),
    "mitm": _("Medicines of major interest (ATC codes)"),
    "ansm": _("Interaction thesaurus: wording"),
    "atc": _("ATC codes"),
    "interactions": _("Interaction thesaurus: facts"),
    "class_members": _("Interaction thesaurus: members of classes"),
    "substance_map": _("Substances of the thesaurus"),
    "risk_lists": _("Lists of medicines at risk"),
    "conditional_rules": _("Interactions that depend on a datum"),
    "supplement": _("Interactions absent from the thesaurus"),
    "acb": _("Anticholinergic burden"),
    "frid": _("Medicines that make people fall"),
    "corrections": _("Corrected ATC codes"),
    "validated": _("ATC codes validated here"),
    "synonyms": _("Everyday names"),
}
