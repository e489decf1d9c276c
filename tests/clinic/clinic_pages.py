"""The addresses of all pages that need no value, found in the site map, so that a new page is tested too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django


def addresses() -> list[str]:
    """Every address without a placeholder."""
    django.setup()
    from django.urls import get_resolver

    return sorted(set(_below(get_resolver().url_patterns, "/")))


def _below(patterns: Iterable[Any], before: str) -> Iterable[str]:
    for one in patterns:
        route = before + str(getattr(one.pattern, "_route", one.pattern))
        if "<" in route or "(?P" in route:
            continue
        if hasattr(one, "url_patterns"):
            yield from _below(one.url_patterns, route)
        else:
            yield route.replace("^", "").replace("$", "")


def patterns() -> set[str]:
    """The routes of the site map as they are written, placeholders and all."""
    django.setup()
    from django.urls import get_resolver

    return set(_routes(get_resolver().url_patterns, ""))


def _routes(found: Iterable[Any], before: str) -> Iterable[str]:
    for one in found:
        route = before + str(getattr(one.pattern, "_route", one.pattern))
        if hasattr(one, "url_patterns"):
            yield from _routes(one.url_patterns, route)
        else:
            yield route
