"""De-identification after PS3.15: the basic profile at every level of nesting, with its options."""

from .burned_in import COMPUTED as COMPUTED
from .deidentify import Deidentified as Deidentified
from .deidentify import deidentify as deidentify
from .masks import Rect as Rect
from .masks import masked as masked
from .masks import outside_regions as outside_regions
from .policy import POLICIES as POLICIES
from .policy import TABLE_EDITION as TABLE_EDITION
from .policy import Dates as Dates
from .policy import Policy as Policy
from .report import BurnedInRisk as BurnedInRisk
from .report import Change as Change
from .report import Level as Level
from .report import Original as Original
from .report import Report as Report
