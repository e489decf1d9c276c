"""The pages of the mechanism: a course to scrub through, and the receptor to block."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painloop.report.words import rival_label
from painloop_clinic.engine.client import EngineFailure
from painloop_clinic.explorer.controls import Option
from painloop_clinic.explorer.presets import presets
from painloop_clinic.mechanism import picture, wind_up
from painloop_clinic.mechanism.course import RIVALS, Course, course

DEFAULT = "sigtermans-2009"
_ROWS = 24


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The whole page."""
    regimen = _one_of(request.GET.get("regimen"), list(presets()), DEFAULT)
    rival = _one_of(request.GET.get("rival"), list(RIVALS), RIVALS[0])
    context = {
        "regimen": presets()[regimen],
        "presets": [Option(p.id, f"{p.title} ({p.id})", p.id == regimen) for p in presets().values()],
        "rivals": [Option(name, rival_label(name), name == rival) for name in RIVALS],
        **_horn(request),
    }
    try:
        found = course(regimen, rival)
    except EngineFailure as failure:
        return render(
            request, "mechanism/index.html", {**context, "refusal": failure.sentence}, status=failure.status
        )
    return render(request, "mechanism/index.html", {**context, **_scrubbed(request, found)})


@require_safe
def horn(request: HttpRequest) -> HttpResponse:
    """The dorsal horn alone, at a block and a frequency."""
    return render(request, "mechanism/horn.html", _horn(request))


def _scrubbed(request: HttpRequest, found: Course) -> dict[str, Any]:
    last = len(found.moments) - 1
    at = _whole(request.GET.get("moment"), last, 0)
    moment = found.moments[at]
    step = max(1, -(-len(found.moments) // _ROWS))
    return {
        "course": found,
        "at": at,
        "last": last,
        "moment": moment,
        "stations": picture.stations(found, moment),
        "ticks": picture.ticks(moment),
        "moments": {"highest": found.highest, "moments": [one.plain() for one in found.moments]},
        "rows": found.moments[::step],
        "warnings": found.answer.raw["warnings"],
        "headlines": found.answer.raw["headlines"],
    }


def _horn(request: HttpRequest) -> dict[str, Any]:
    blocks, frequencies = wind_up.blocks(), wind_up.frequencies()
    step = _whole(request.GET.get("step"), len(blocks) - 1, 4)
    known = {f"{one:g}": one for one in frequencies}
    chosen = _one_of(request.GET.get("frequency"), list(known), "1")
    return {
        "step": step,
        "steps": len(blocks) - 1,
        "blocks": [round(100 * one) for one in blocks],
        "percent": round(100 * blocks[step]),
        "frequencies": [Option(one, f"{one} per second", one == chosen) for one in known],
        "train": wind_up.train_chart(blocks[step], known[chosen]),
        "left": wind_up.curve_chart(blocks[step]),
    }


def _one_of(given: str | None, known: list[str], otherwise: str) -> str:
    return given if given in known else otherwise


def _whole(given: str | None, last: int, otherwise: int) -> int:
    """A whole number from 0 to ``last``; anything else is taken as not given."""
    if given is None or not given.isascii() or not given.isdigit() or len(given) > 4:
        return otherwise
    return min(int(given), last)
