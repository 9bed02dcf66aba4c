"""Changes of medication reviews."""

from .analysis import analyse as analyse
from .analysis import answer_question as answer_question
from .analysis import complete_analysis as complete_analysis
from .analysis import is_fresh as is_fresh
from .analysis import preview as preview
from .billing import programme_of as programme_of
from .cases import review_case as review_case
from .decisions import decide as decide
from .decisions import recommend as recommend
from .decisions import record_answer as record_answer
from .decisions import undo_decision as undo_decision
from .letters import write as write
from .pathway import abandon_review as abandon_review
from .pathway import complete_collection as complete_collection
from .pathway import complete_follow_up as complete_follow_up
from .pathway import complete_interview as complete_interview
from .pathway import list_reviews as list_reviews
from .pathway import open_review as open_review
from .pathway import second_review as second_review
from .pathway import start_review as start_review
