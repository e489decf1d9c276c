"""The addresses of the explorer."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "explorer"
urlpatterns: list[URLPattern] = []
