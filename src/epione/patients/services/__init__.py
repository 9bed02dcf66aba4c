"""Changes of the patient record."""

from .bulk import create_patients as create_patients
from .entries import add_facts as add_facts
from .entries import correct_fact as correct_fact
from .entries import retract_fact as retract_fact
from .erasing import Weighed as Weighed
from .erasing import confirm_erasure as confirm_erasure
from .erasing import hold_record as hold_record
from .erasing import lift_hold as lift_hold
from .erasing import propose_erasure as propose_erasure
from .erasing import refuse_erasure as refuse_erasure
from .erasing import weigh_erasure as weigh_erasure
from .indexing import reindex as reindex
from .indexing import renew_index_key as renew_index_key
from .indexing import unindexed as unindexed
from .records import create_patient as create_patient
from .records import delete_patient as delete_patient
from .records import merge_patients as merge_patients
from .records import open_patient as open_patient
from .records import probable_duplicates as probable_duplicates
from .records import restore_patient as restore_patient
from .records import search_patients as search_patients
from .records import set_care_team as set_care_team
from .records import unmerge_patient as unmerge_patient
from .records import update_identity as update_identity
