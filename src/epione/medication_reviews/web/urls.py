"""Addresses of the medication review."""

from django.urls import path

from . import analysis, billing, letters, pages, simulation, steps

app_name = "medication_reviews"
urlpatterns = [
    path("", pages.worklist_page, name="worklist"),
    path("screen/", pages.screen, name="screen"),
    path("patients/<uuid:patient_id>/", pages.patient, name="patient"),
    path("<uuid:review_id>/", pages.review_page, name="review"),
    path("<uuid:review_id>/collection/", steps.collection, name="collection"),
    path("<uuid:review_id>/analysis/", analysis.analysis, name="analysis"),
    path("<uuid:review_id>/analysis/run/", analysis.run, name="run"),
    path("<uuid:review_id>/analysis/answer/", analysis.answer, name="answer"),
    path("<uuid:review_id>/analysis/recommend/", analysis.recommend, name="recommend"),
    path("<uuid:review_id>/analysis/what-if/", simulation.what_if, name="what-if"),
    path("<uuid:review_id>/analysis/smallest-change/", simulation.smallest, name="smallest"),
    path("<uuid:review_id>/analysis/adopt/", simulation.adopt, name="adopt"),
    path("<uuid:review_id>/analysis/<str:key>/", analysis.card, name="card"),
    path("<uuid:review_id>/analysis/<str:key>/decide/", analysis.decide, name="decide"),
    path("<uuid:review_id>/analysis/<str:key>/undo/", analysis.undo, name="undo"),
    path("<uuid:review_id>/analysis/<str:key>/evidence/<int:place>/", analysis.evidence, name="evidence"),
    path("<uuid:review_id>/letter/", letters.letter, name="letter"),
    path("<uuid:review_id>/letter/write/", letters.write, name="write"),
    path("<uuid:review_id>/letter/send/", letters.send, name="send"),
    path("<uuid:review_id>/letter/second/", letters.second, name="second"),
    path("<uuid:review_id>/letter/<uuid:document_id>/validate/", letters.validate, name="validate"),
    path("<uuid:review_id>/letter/<uuid:document_id>/<str:form>/", letters.download, name="download"),
    path("<uuid:review_id>/answers/<uuid:decision_id>/", letters.answered, name="answered"),
    path("<uuid:review_id>/billing/", billing.billing, name="billing"),
    path("<uuid:review_id>/billing/<str:step>/", billing.bill, name="bill"),
    path("<uuid:review_id>/interview/", steps.interview, name="interview"),
    path("<uuid:review_id>/follow-up/", steps.follow_up, name="follow-up"),
]
