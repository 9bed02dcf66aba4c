"""Addresses of the imaging pages."""

from django.urls import path

from . import analysis, dashboard, deciding, pages, peers, reports, sending, viewer

app_name = "imaging"
urlpatterns = [
    path("", pages.listing, name="list"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("send/", sending.send, name="send"),
    path("send/<uuid:job_id>/stop/", sending.stop, name="stop"),
    path("waiting/", deciding.waiting, name="waiting"),
    path("waiting/<uuid:instance_id>/", deciding.check, name="check"),
    path("refusals/", deciding.refusals, name="refusals"),
    path("refusals/<uuid:refusal_id>/settle/", deciding.settle, name="settle"),
    path("systems/", peers.listing, name="peers"),
    path("systems/add/", peers.add, name="add-peer"),
    path("systems/<uuid:peer_id>/close/", peers.close, name="close-peer"),
    path("patients/<uuid:patient_id>/", pages.of_patient, name="patient"),
    path("studies/<uuid:study_id>/", viewer.study, name="study"),
    path("studies/<uuid:study_id>/record/", viewer.find_record, name="find-record"),
    path("studies/<uuid:study_id>/link/", viewer.link, name="link"),
    path("studies/<uuid:study_id>/identity/", viewer.identity, name="identity"),
    path("images/<uuid:instance_id>/preview/", viewer.preview, name="preview"),
    path("images/<uuid:instance_id>/frames/<int:frame>/", viewer.picture, name="picture"),
    path("images/<uuid:instance_id>/frames/<int:frame>/measures/", viewer.measures, name="measures"),
    path("images/<uuid:instance_id>/header/", viewer.header, name="header"),
    path("images/<uuid:instance_id>/file/", viewer.download, name="file"),
    path("images/<uuid:instance_id>/analysis/", analysis.image_analysis, name="image-analysis"),
    path("images/<uuid:instance_id>/analyse/", analysis.analyse_image, name="analyse-image"),
    path("series/<uuid:series_id>/analysis/", analysis.series_analysis, name="series-analysis"),
    path("series/<uuid:series_id>/analyse/", analysis.analyse_series, name="analyse-series"),
    path("series/<uuid:series_id>/analysis/<uuid:job_id>/stop/", analysis.stop_analysis, name="stop-analysis"),
    path("answers/<uuid:answer_id>/findings/<int:place>/", analysis.judge, name="judge-finding"),
    path("analyses/<slug:kind>/<uuid:about_id>/<slug:form>/", analysis.analysis_file, name="analysis-file"),
    path("studies/<uuid:study_id>/report/", reports.start, name="report-start"),
    path("reports/<uuid:report_id>/", reports.report, name="report"),
    path("reports/<uuid:report_id>/save/", reports.save, name="report-save"),
    path("reports/<uuid:report_id>/compose/", reports.compose, name="report-compose"),
    path("reports/<uuid:report_id>/images/", reports.add_image, name="report-image"),
    path("reports/<uuid:report_id>/images/<int:place>/remove/", reports.remove_image, name="report-image-remove"),
    path("reports/<uuid:report_id>/sign/", reports.sign, name="report-sign"),
    path("measures/<uuid:measure_id>/remove/", viewer.remove_measure, name="remove-measure"),
]
