"""Registers the explorer."""

from django.apps import AppConfig


class ExplorerConfig(AppConfig):
    """The explorer."""

    name = "painloop_clinic.explorer"
    label = "explorer"
