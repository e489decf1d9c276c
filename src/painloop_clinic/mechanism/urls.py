"""The addresses of the mechanism."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "mechanism"
urlpatterns: list[URLPattern] = []
