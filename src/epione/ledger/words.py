"""What an action is called in a sentence: "Camille Rey | read the record of | VASSEUR Jeanne"."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "billing.bill_step": _("billed a step for"),
    "billing.move": _("changed a billed step of"),
    "billing.set_tariff": _("entered a tariff"),
    "documents.export": _("downloaded a document of"),
    "documents.open": _("read a document of"),
    "documents.validate": _("validated a document of"),
    "documents.write": _("wrote a document for"),
    "identity.create_client": _("created an access for a program"),
    "identity.open_practice": _("opened the practice"),
    "identity.sign_in": _("signed in"),
    "identity.sign_out": _("signed out"),
    "identity.sign_in_failed": _("failed to sign in"),
    "ledger.export": _("exported the ledger"),
    "ledger.list": _("read the ledger"),
    "ledger.open": _("read an entry of the ledger"),
    "ledger.retention": _("applied the retention of the ledger"),
    "medication_reviews.abandon": _("abandoned the medication review of"),
    "medication_reviews.analyse": _("analysed the medication review of"),
    "medication_reviews.answer": _("answered in the medication review of"),
    "medication_reviews.open": _("opened the medication review of"),
    "medications.correct_atc": _("corrected an ATC code"),
    "medications.import": _("imported a table of the catalogue"),
    "patients.add_facts": _("added to the record of"),
    "patients.care_team": _("changed the care team of"),
    "patients.correct_fact": _("corrected an entry of the record of"),
    "patients.create": _("opened a new record for"),
    "patients.delete": _("removed the record of"),
    "patients.merge": _("merged two records of"),
    "patients.open": _("read the record of"),
    "patients.read_access": _("read who opened the record of"),
    "patients.restore": _("restored the record of"),
    "patients.retract_fact": _("withdrew an entry of the record of"),
    "patients.search": _("searched the patients"),
    "patients.unmerge": _("separated two records of"),
    "patients.update": _("changed the identity of"),
    "prescriptions.add_lines": _("added medicines to the treatment of"),
    "prescriptions.open": _("read the treatment of"),
    "prescriptions.open_history": _("read the past treatments of"),
    "prescriptions.open_line": _("read a line of treatment of"),
    "prescriptions.validate": _("validated the prescription of"),
}
"""Actions in words; one that is not here is shown under its own name."""

FAMILIES = {
    "billing": _("Billing"),
    "documents": _("Documents"),
    "fhir": _("FHIR exchanges"),
    "identity": _("People and access"),
    "ledger": _("Ledger"),
    "medication_reviews": _("Medication reviews"),
    "medications": _("Medicines catalogue"),
    "patients": _("Patient records"),
    "prescriptions": _("Prescriptions"),
}

MISSING = {
    "erased": _("The record of this person was erased: the detail cannot be read any more. The proof remains."),
    "shredded": _("The retention of this detail is over: it was destroyed. The proof remains."),
    "tampered": _("The detail of this entry was changed after it was recorded."),
}

CLASSES = {
    "ai": _("Answers of AI systems"),
    "access": _("Sign-ins, rights and readings of the ledger"),
    "clinical": _("Readings and changes of records"),
}

FAULTS = {
    "anchor": _("an anchor outside the database does not agree"),
    "columns": _("its columns are not what its leaf says"),
    "cut": _("entries were removed at the end"),
    "detail": _("its detail was changed or removed"),
    "leaf": _("it was changed"),
    "missing": _("it was removed"),
    "node": _("the tree of hashes was changed"),
    "order": _("entries were moved"),
    "rewritten": _("history was rewritten"),
    "signature": _("a signature is not that of this ledger"),
    "triggers": _("the protections of the database were removed"),
    "waiting": _("an entry waits for its number for too long"),
}


def action_words(action: str) -> str:
    """The action in words."""
    return str(ACTIONS.get(action, action))
