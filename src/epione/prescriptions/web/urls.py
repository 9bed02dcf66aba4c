"""Addresses of the treatment pages."""

from django.urls import path

from . import dispensings, imports, lines, pages

app_name = "prescriptions"
urlpatterns = [
    path("drugs/", pages.drugs, name="drugs"),
    path("reading/", pages.reading, name="reading"),
    path("patients/<uuid:patient_id>/", pages.treatment, name="treatment"),
    path("patients/<uuid:patient_id>/add/", lines.add, name="add"),
    path("patients/<uuid:patient_id>/list/", imports.paste, name="paste"),
    path("patients/<uuid:patient_id>/validate/", pages.validate, name="validate"),
    path("lines/<uuid:line_id>/", lines.change, name="change"),
    path("lines/<uuid:line_id>/stop/", lines.stop, name="stop"),
    path("lines/<uuid:line_id>/remove/", lines.remove, name="remove"),
    path("lines/<uuid:line_id>/restore/", lines.restore, name="restore"),
    path("lines/<uuid:line_id>/history/", lines.history, name="history"),
    path("lines/<uuid:line_id>/dispensings/", dispensings.dispensings, name="dispensings"),
    path("lines/<uuid:line_id>/dispensings/days/", dispensings.days, name="dispensing_days"),
    path(
        "lines/<uuid:line_id>/dispensings/<uuid:dispensing_id>/retract/",
        dispensings.retract,
        name="retract_dispensing",
    ),
]
