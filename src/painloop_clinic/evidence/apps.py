"""Registers the evidence."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """The evidence."""

    name = "painloop_clinic.evidence"
    label = "evidence"
