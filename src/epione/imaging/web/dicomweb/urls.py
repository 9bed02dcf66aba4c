"""Addresses of DICOMweb."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from . import pictures, retrieving, studies


class Uid(StringConverter):
    """A UID in an address: anything but a slash, and but NUL, which no text of a database holds."""

    regex = r"[^/\0]+"


register_converter(Uid, "uid")
app_name = "dicomweb"
_STUDY = "studies/<uid:study_uid>"
_SERIES = f"{_STUDY}/series/<uid:series_uid>"
_INSTANCE = f"{_SERIES}/instances/<uid:sop_uid>"
urlpatterns = [
    path("studies", studies.studies, name="studies"),
    path("series", studies.series, name="series"),
    path("instances", studies.instances, name="instances"),
    path(_STUDY, studies.study, name="study"),
    path(f"{_STUDY}/metadata", retrieving.metadata, name="study-metadata"),
    path(f"{_STUDY}/series", studies.series, name="study-series"),
    path(f"{_STUDY}/instances", studies.instances, name="study-instances"),
    path(f"{_STUDY}/thumbnail", pictures.thumbnail, name="study-thumbnail"),
    path(_SERIES, retrieving.objects, name="one-series"),
    path(f"{_SERIES}/metadata", retrieving.metadata, name="series-metadata"),
    path(f"{_SERIES}/instances", studies.instances, name="series-instances"),
    path(f"{_SERIES}/thumbnail", pictures.thumbnail, name="series-thumbnail"),
    path(_INSTANCE, retrieving.objects, name="instance"),
    path(f"{_INSTANCE}/metadata", retrieving.metadata, name="metadata"),
    path(f"{_INSTANCE}/rendered", pictures.rendered, name="rendered"),
    path(f"{_INSTANCE}/thumbnail", pictures.thumbnail, name="thumbnail"),
    path(f"{_INSTANCE}/frames", retrieving.frames, name="frames"),
    path(f"{_INSTANCE}/frames/<str:numbers>", retrieving.frames, name="frame-list"),
    path(f"{_INSTANCE}/frames/<str:numbers>/rendered", pictures.rendered, name="frame-rendered"),
    path(f"{_INSTANCE}/bulkdata/<path:path>", retrieving.bulkdata, name="bulkdata"),
]
