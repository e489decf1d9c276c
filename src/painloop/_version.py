"""The version of painloop, in one place."""

__version__ = "0.1.0"
