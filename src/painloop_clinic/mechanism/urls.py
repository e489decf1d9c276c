"""The addresses of the mechanism."""

from __future__ import annotations

from django.urls import path

from painloop_clinic.mechanism import views

app_name = "mechanism"
urlpatterns = [path("", views.index, name="index"), path("horn", views.horn, name="horn")]
