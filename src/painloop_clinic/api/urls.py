"""The addresses of the HTTP interface."""

from __future__ import annotations

from django.urls import path

from painloop_clinic.api.docs import docs, openapi
from painloop_clinic.api.refusing import refuse_with_sentences
from painloop_clinic.api.routes import api

refuse_with_sentences(api)

app_name = "api"
urlpatterns = [
    path("", docs, name="docs"),
    path("v1/openapi.json", openapi, name="openapi"),
    path("v1/", api.urls),
]
