"""The site map."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("painloop_clinic.web.urls")),
    path("explorer/", include("painloop_clinic.explorer.urls")),
    path("mechanism/", include("painloop_clinic.mechanism.urls")),
    path("evidence/", include("painloop_clinic.evidence.urls")),
    path("api/", include("painloop_clinic.api.urls")),
]

handler400 = "painloop_clinic.web.errors.bad_request"
handler403 = "painloop_clinic.web.errors.forbidden"
handler404 = "painloop_clinic.web.errors.not_found"
handler500 = "painloop_clinic.web.errors.server_error"
