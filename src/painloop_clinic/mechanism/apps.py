"""Registers the mechanism."""

from django.apps import AppConfig


class MechanismConfig(AppConfig):
    """The mechanism."""

    name = "painloop_clinic.mechanism"
    label = "mechanism"
