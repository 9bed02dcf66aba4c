"""Writes of the ledger."""

from .anchoring import AnchorState as AnchorState
from .anchoring import NotCiphertext as NotCiphertext
from .anchoring import NotKept as NotKept
from .anchoring import anchor_proof as anchor_proof
from .anchoring import anchor_states as anchor_states
from .anchoring import keep_ciphertext as keep_ciphertext
from .checkpoints import CheckpointMade as CheckpointMade
from .checkpoints import make_checkpoint as make_checkpoint
from .proofs import Proof as Proof
from .proofs import consistency_proof as consistency_proof
from .proofs import entry_proof as entry_proof
from .proofs import export_log as export_log
from .proofs import export_with_proof as export_with_proof
from .reading import entries as entries
from .reading import open_entry as open_entry
from .recording import EntryRef as EntryRef
from .recording import record as record
from .sequencing import sequence as sequence
from .shredding import RetentionReport as RetentionReport
from .shredding import apply_retention as apply_retention
from .shredding import retention_policy as retention_policy
from .verification import faults_after_restore as faults_after_restore
from .verification import verify as verify
from .witnessing import NotWitnessed as NotWitnessed
from .witnessing import cosign as cosign
