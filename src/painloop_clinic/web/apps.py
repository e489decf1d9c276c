"""Registers what every page shares."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """What every page shares."""

    name = "painloop_clinic.web"
    label = "web"
