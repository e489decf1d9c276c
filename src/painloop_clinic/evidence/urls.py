"""The addresses of the evidence."""

from __future__ import annotations

from django.urls import URLPattern, path

from painloop_clinic.evidence.views import (
    cards,
    claims,
    guidance,
    leaflet,
    questions,
    reviews,
    start,
    trials,
    validation,
)

app_name = "evidence"
urlpatterns: list[URLPattern] = [
    path("", start.index, name="index"),
    path("claims/", claims.listing, name="claims"),
    path("claims/<slug:name>/", claims.page, name="claim"),
    path("questions/", questions.listing, name="questions"),
    path("questions/<slug:name>/", questions.page, name="question"),
    path("trials/", trials.listing, name="trials"),
    path("trials/left-out/", trials.left_out, name="left-out"),
    path("trials/<slug:name>/", trials.page, name="trial"),
    path("guidelines/", guidance.guidelines, name="guidelines"),
    path("reviews/", reviews.page, name="reviews"),
    path("who-benefits/", guidance.benefits, name="benefits"),
    path("sellers/", guidance.sellers, name="sellers"),
    path("leaflet/", leaflet.page, name="leaflet"),
    path("validation/", validation.page, name="validation"),
    path("library/", cards.listing, name="library"),
    path("library/<slug:kind>/", cards.listing, name="library-kind"),
    path("library/<slug:kind>/<slug:name>/", cards.page, name="card"),
]
