"""Serves the chart bundle from the installed package ``plotly``, without a copy of it in this one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

NAME = "plotly/plotly.min.js"


class PlotlyFinder(BaseFinder):
    """Finds ``plotly/plotly.min.js``."""

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        """Where the bundle lies, if it is asked for."""
        if path != NAME:
            return []
        bundle = str(_folder() / "plotly.min.js")
        return [bundle] if find_all else bundle

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """The bundle, for collecting."""
        storage = FileSystemStorage(location=_folder())
        storage.prefix = "plotly"  # type: ignore[attr-defined]
        yield "plotly.min.js", storage

    def check(self, **_: Any) -> Sequence[Any]:
        """There is nothing to configure."""
        return []


def _folder() -> Path:
    found = find_spec("plotly")
    assert found is not None
    assert found.submodule_search_locations is not None
    return Path(found.submodule_search_locations[0]) / "package_data"
