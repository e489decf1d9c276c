"""The pages of the explorer: the whole page, and the results alone for live use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from painloop.errors import InputError
from painloop_clinic.engine.client import EngineFailure
from painloop_clinic.explorer.asking import Asking, ask, cancel
from painloop_clinic.explorer.charts import charts_of
from painloop_clinic.explorer.charts.shown import Shown
from painloop_clinic.explorer.controls import controls
from painloop_clinic.explorer.figures import key_figures
from painloop_clinic.explorer.presets import presets
from painloop_clinic.explorer.sentence import FIELDS, problem_of
from painloop_clinic.explorer.state import MOST_COURSES, Asked, State, read_state

_ACTIONS = ("do", "unpin", "edit", "was", "changed")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The whole page; what a form sent is answered by its permalink."""
    asked = _acted(request)
    if any(name in request.GET for name in _ACTIONS) and not asked.refusals:
        return redirect(_permalink(asked.state))
    context, status = _context(request, asked)
    return render(request, "explorer/index.html", context, status=status)


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """The results alone, and the controls that a choice has changed."""
    cancel(key for key in request.GET.getlist("cancel")[:MOST_COURSES] if len(key) == 64)
    asked = _acted(request)
    context, status = _context(request, asked)
    changed = request.GET.get("changed", "")
    written = changed in ("preset", "edit", *FIELDS) or request.GET.get("do") == "write"
    context |= {"changed": changed, "written": written}
    response = render(request, "explorer/live.html", context, status=status)
    if context["problem"] is not None:
        response["HX-Retarget"] = "#regimen-box" if written else "#regimen-says"
        response["HX-Reswap"] = "outerHTML"
    elif not asked.refusals:
        response["HX-Replace-Url"] = _permalink(asked.state)
    return response


def _acted(request: HttpRequest) -> Asked:
    """The state of the address after what a button asked for."""
    query = request.GET
    asked = read_state(query, public=settings.PUBLIC)
    state = asked.state
    if query.get("do") == "pin" and problem_of(state.regimen) is None:
        state = state.pinned()
    for pin in query.getlist("unpin"):
        state = state.without(pin)
    return replace(asked, state=state)


def _context(request: HttpRequest, asked: Asked) -> tuple[dict[str, Any], int]:
    """What the page shows, and its status: a question that cannot be answered is no success."""
    state = asked.state
    context = {
        **controls(asked, request.GET),
        "permalink": _permalink(state),
        "letter": "ABCD"[min(len(state.pins), MOST_COURSES - 1)],
        "full": len(state.pins) >= MOST_COURSES,
        "is_pinned": state.regimen in state.pins,
        "presets_by_id": presets(),
    }
    broken = [one for one in state.courses if problem_of(one) is not None]
    if broken:
        return context, 422
    try:
        asking = ask(state)
    except EngineFailure as failure:
        return {**context, "refusal": failure.sentence}, failure.status
    except InputError as wrong:
        return {**context, "refusal": str(wrong)}, 422
    return {**context, **_answered(asking)}, 422 if asked.refusals else 200


def _answered(asking: Asking) -> dict[str, Any]:
    if not asking.finished:
        return {"asking": asking, "percent": round(100 * asking.done)}
    first = asking.shown[0].answer
    return {
        "asking": asking,
        "shown": asking.shown,
        "charts": charts_of(asking.shown),
        "rows": key_figures(asking.shown),
        "warnings": _warnings(asking.shown),
        "headlines": _all(asking, "headlines"),
        "unknowns": _all(asking, "unknowns"),
        "risks": first.raw["risks"],
        "mixture": first.raw["rival_weights"] if len(first.rivals) > 1 else "",
    }


def _warnings(shown: Sequence[Shown]) -> list[tuple[str, str]]:
    """Each warning once, with the letters of the regimens that it is about where there are several."""
    about: dict[str, list[str]] = {}
    for one in shown:
        for text in one.answer.raw["warnings"]:
            about.setdefault(text, []).append(one.letter)
    return [(", ".join(letters) if len(shown) > 1 else "", text) for text, letters in about.items()]


def _all(asking: Asking, key: str) -> list[str]:
    """The sentences of all regimens, each once."""
    return list(dict.fromkeys(text for one in asking.shown for text in one.answer.raw[key]))


def _permalink(state: State) -> str:
    return f"{reverse('explorer:index')}?{state.query()}"
