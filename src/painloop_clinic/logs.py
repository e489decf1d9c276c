"""Structured logs: one JSON object a line on standard error, without anything that says who asked for what.

A line of a request holds the pattern of its address, never the address itself: a permalink may describe a person.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import Any

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="-")


class RequestId(logging.Filter):
    """Adds the id of the request that a line belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keeps every record."""
        record.request_id = REQUEST_ID.get()
        return True


class NoPersons(logging.Filter):
    """Drops what Django would say of a request: its whole address, which may describe a person."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keeps every record, with the address left out."""
        if hasattr(record, "request"):
            del record.request
        if record.name == "django.request" and record.args:
            reason = record.args[0] if isinstance(record.args, tuple) else ""
            record.msg, record.args = f"{reason}", ()
        if record.name.startswith("django.security"):
            record.msg, record.args = record.name.rpartition(".")[2], ()
        return True


def logging_settings() -> dict[str, Any]:
    """The settings of :mod:`logging` for the web processes, the server and the engine."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request_id": {"()": "painloop_clinic.logs.RequestId"},
            "no_persons": {"()": "painloop_clinic.logs.NoPersons"},
        },
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "format": "{asctime}{levelname}{name}{request_id}{message}",
                "style": "{",
                "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                "filters": ["request_id", "no_persons"],
            }
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "painloop_clinic": {"level": "INFO"},
            "gunicorn.error": {"level": "WARNING", "handlers": [], "propagate": True},
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        },
    }
