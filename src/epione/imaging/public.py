"""The door of imaging."""

from .domain.deid import POLICIES
from .errors import FileRefused, ImageNotFound, ImageWaits, StudyNotFound
from .queries import InstanceView, SeriesView, StudyFilter, StudyRow, StudyView
from .services import (
    Outcome,
    Received,
    Refused,
    View,
    import_files,
    link_study,
    list_studies,
    open_object,
    open_picture,
    open_study,
    receive,
    reception_of,
    reidentify_study,
    set_reception,
)

__all__ = [
    "POLICIES",
    "FileRefused",
    "ImageNotFound",
    "ImageWaits",
    "InstanceView",
    "Outcome",
    "Received",
    "Refused",
    "SeriesView",
    "StudyFilter",
    "StudyNotFound",
    "StudyRow",
    "StudyView",
    "View",
    "import_files",
    "link_study",
    "list_studies",
    "open_object",
    "open_picture",
    "open_study",
    "receive",
    "reception_of",
    "reidentify_study",
    "set_reception",
]
