"""The door of the patient record."""

from .banner import banner_of
from .domain.identifiers import nir_fault
from .domain.observations import MEASURES, measure_of, read_value
from .domain.record import Fact, FactKind, Identity, PatientCard, Record, Sex
from .errors import PatientNotFound, ProbableDuplicate, RecordClosed
from .extensions import (
    Lane,
    Tab,
    TimelineItem,
    register_key_holders,
    register_lanes,
    register_medicines,
    register_tab,
    register_timeline,
    register_vital,
)
from .frame import frame_of
from .queries import Page, all_ids, canonical, cards, facts, listing, record_of, same_person
from .rules import closed_to, require_clinical, require_patient, sees_clinical
from .services import (
    add_facts,
    correct_fact,
    create_patient,
    create_patients,
    delete_patient,
    merge_patients,
    open_patient,
    reindex,
    renew_index_key,
    retract_fact,
    search_patients,
    set_care_team,
    unindexed,
    unmerge_patient,
    update_identity,
)
from .services.entries import NewFact

__all__ = [
    "MEASURES",
    "Fact",
    "FactKind",
    "Identity",
    "Lane",
    "NewFact",
    "Page",
    "PatientCard",
    "PatientNotFound",
    "ProbableDuplicate",
    "Record",
    "RecordClosed",
    "Sex",
    "Tab",
    "TimelineItem",
    "add_facts",
    "all_ids",
    "banner_of",
    "canonical",
    "cards",
    "closed_to",
    "correct_fact",
    "create_patient",
    "create_patients",
    "delete_patient",
    "facts",
    "frame_of",
    "listing",
    "measure_of",
    "merge_patients",
    "nir_fault",
    "open_patient",
    "read_value",
    "record_of",
    "register_key_holders",
    "register_lanes",
    "register_medicines",
    "register_tab",
    "register_timeline",
    "register_vital",
    "reindex",
    "renew_index_key",
    "require_clinical",
    "require_patient",
    "retract_fact",
    "same_person",
    "search_patients",
    "sees_clinical",
    "set_care_team",
    "unindexed",
    "unmerge_patient",
    "update_identity",
]
