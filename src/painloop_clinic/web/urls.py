"""The addresses of the start page and of the state of health."""

from __future__ import annotations

from django.urls import path

from painloop_clinic.web import health, views

app_name = "web"
urlpatterns = [
    path("", views.start, name="start"),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
]
