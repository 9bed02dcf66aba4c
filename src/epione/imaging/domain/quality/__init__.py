"""What to know of images before reading them: is the stack whole, is a picture clipped, blurred, ghosted."""

from .exposure import clipping_marks as clipping_marks
from .exposure import range_measures as range_measures
from .sharpness import blur_marks as blur_marks
from .sharpness import ghost_marks as ghost_marks
from .sharpness import sharpness as sharpness
from .stacking import Stack as Stack
from .stacking import stack_marks as stack_marks
from .stacking import stacked as stacked
