"""The addresses of the HTTP interface."""

from __future__ import annotations

from django.urls import path

from painloop_clinic.api.docs import docs, openapi
from painloop_clinic.api.refusing import refuse_with_sentences, without_other_methods
from painloop_clinic.api.routes import api

refuse_with_sentences(api)
calls, _, namespace = api.urls
for call in calls:
    call.callback = without_other_methods(call.callback)

app_name = "api"
urlpatterns = [
    path("", docs, name="docs"),
    path("v1/openapi.json", without_other_methods(openapi), name="openapi"),
    path("v1/", (calls, "ninja", namespace)),
]
