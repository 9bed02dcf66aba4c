"""The ledger's door: record a use case, read the audit store, prove and verify."""

from .directory import Directory, provide_directory
from .domain.merkle import leaf_hash, verify_inclusion
from .domain.note import Checkpoint as CheckpointHead
from .domain.report import Fault, Report
from .queries import AuditEntry, AuditFilter, AuditPage, LedgerState, actions, anchors_of, practices, state
from .services import (
    CheckpointMade,
    EntryRef,
    NotWitnessed,
    Proof,
    RetentionReport,
    apply_retention,
    consistency_proof,
    cosign,
    entries,
    entry_proof,
    export_log,
    export_with_proof,
    make_checkpoint,
    open_entry,
    record,
    retention_policy,
    sequence,
    verify,
)
from .signing import log_signer, witness_signer
from .words import action_words

__all__ = [
    "AuditEntry",
    "AuditFilter",
    "AuditPage",
    "CheckpointHead",
    "CheckpointMade",
    "Directory",
    "EntryRef",
    "Fault",
    "LedgerState",
    "NotWitnessed",
    "Proof",
    "Report",
    "RetentionReport",
    "action_words",
    "actions",
    "anchors_of",
    "apply_retention",
    "consistency_proof",
    "cosign",
    "entries",
    "entry_proof",
    "export_log",
    "export_with_proof",
    "leaf_hash",
    "log_signer",
    "make_checkpoint",
    "open_entry",
    "practices",
    "provide_directory",
    "record",
    "retention_policy",
    "sequence",
    "state",
    "verify",
    "verify_inclusion",
    "witness_signer",
]
