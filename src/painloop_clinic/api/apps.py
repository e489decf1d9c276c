"""Registers the HTTP interface."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The HTTP interface."""

    name = "painloop_clinic.api"
    label = "api"
