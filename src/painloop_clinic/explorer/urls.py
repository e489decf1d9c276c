"""The addresses of the explorer."""

from __future__ import annotations

from django.urls import path

from painloop_clinic.explorer import report, views

app_name = "explorer"
urlpatterns = [
    path("", views.index, name="index"),
    path("results", views.results, name="results"),
    path("report", report.download, name="report"),
]
