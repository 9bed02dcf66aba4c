"""Addresses of the patient pages."""

from django.urls import path

from . import access, entries, erasures, pages

app_name = "patients"
urlpatterns = [
    path("", pages.listing, name="list"),
    path("results/", pages.results, name="results"),
    path("new/", pages.new, name="new"),
    path("erasures/", erasures.erasures, name="erasures"),
    path("erasures/weigh/", erasures.weigh, name="weigh-erasure"),
    path("erasures/<uuid:patient_id>/propose/", erasures.propose, name="propose-erasure"),
    path("erasures/<uuid:patient_id>/hold/", erasures.hold, name="hold"),
    path("erasures/holds/<uuid:hold_id>/lift/", erasures.lift, name="lift-hold"),
    path("erasures/decisions/<uuid:request_id>/", erasures.decide, name="decide-erasure"),
    path("<uuid:patient_id>/", pages.record, name="record"),
    path("<uuid:patient_id>/timeline/", pages.timeline, name="timeline"),
    path("<uuid:patient_id>/access/", access.access, name="access"),
    path("<uuid:patient_id>/access/team/", access.team, name="team"),
    path("<uuid:patient_id>/identity/", pages.identity, name="identity"),
    path("<uuid:patient_id>/measurements/", pages.measurements, name="measurements"),
    path("<uuid:patient_id>/allergies/add/", entries.add_allergy, name="add-allergy"),
    path("<uuid:patient_id>/problems/add/", entries.add_problem, name="add-problem"),
    path("<uuid:patient_id>/measurements/add/", entries.add_observation, name="add-observation"),
    path("<uuid:patient_id>/facts/<uuid:fact_id>/retract/", entries.retract, name="retract"),
    path("<uuid:patient_id>/merge/", entries.merge, name="merge"),
]
