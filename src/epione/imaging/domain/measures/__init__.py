"""Numbers measured on decoded frames by stated methods: no model, no opinion."""

from .lungs import lung_symmetry as lung_symmetry
from .statistics import Statistics as Statistics
from .statistics import region_statistics as region_statistics
from .statistics import statistics_of as statistics_of
from .statistics import value_measures as value_measures
from .tissues import TissueVolumes as TissueVolumes
from .tissues import tissue_measures as tissue_measures
from .tissues import tissue_volumes as tissue_volumes
