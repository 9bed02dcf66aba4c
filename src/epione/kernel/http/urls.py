"""Addresses of the kernel's streams."""

from django.urls import path

from .jobs import follow_job

urlpatterns = [path("api/v1/jobs/<uuid:job_id>/events", follow_job, name="job-events")]
