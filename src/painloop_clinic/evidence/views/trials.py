"""Trials: a table with filters, a page for each, and the studies that were left out with the reason."""

from __future__ import annotations

from typing import get_args

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painloop import library
from painloop.evidence.trials import Result, TrialFilter, TrialSummary, trial_summary, trials
from painloop.library.left_out import trials_left_out
from painloop_clinic.evidence.answers import or_not_found
from painloop_clinic.evidence.contents.trial import trial_view
from painloop_clinic.evidence.fields import Choice, Reading
from painloop_clinic.evidence.words import BLINDED, CONFIDENCES, ROUTES, mark_of

MOST_PEOPLE = 100_000
NEGATIVE, POSITIVE = "negative", "positive"
DIRECTIONS = {
    NEGATIVE: ("no difference",),
    POSITIVE: ("favours ketamine",),
    "unclear": ("mixed", "no control group", "no result yet"),
}
"""Whether a study is negative, positive or unclear, and the results that count as such."""
WORST_FIRST = ("no difference", "mixed", "no control group", "no result yet", "favours ketamine")


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The studies that pass the filters; without a difference first."""
    reading = Reading(request.GET)
    choices = _choices(reading)
    at_least = reading.whole_number("n", "The least number of people", MOST_PEOPLE)
    found = [one for one in trials(_filter(choices, at_least)) if _of_outcome(one, choices["outcome"].chosen)]
    shown = {
        "trials": sorted(found, key=lambda one: (WORST_FIRST.index(one.result), not one.randomised)),
        "all": len(trials()),
        "choices": choices.values(),
        "number": {"name": "n", "label": "People, at least", "value": at_least or "", "highest": MOST_PEOPLE},
        "problems": reading.problems,
        "left_out": len(trials_left_out()),
    }
    return render(request, "evidence/trials.html", shown)


@require_safe
@or_not_found
def page(request: HttpRequest, name: str) -> HttpResponse:
    """One study: arms, results, comparisons, and what was not read of it."""
    trial = library.load("trials", name)
    shown = {
        "trial": trial,
        "summary": trial_summary(name),
        "view": trial_view(trial),
        "confidences": CONFIDENCES,
    }
    return render(request, "evidence/trial.html", shown)


@require_safe
def left_out(request: HttpRequest) -> HttpResponse:
    """Studies that are not in the list, and why."""
    return render(request, "evidence/left_out.html", {"studies": trials_left_out()})


def _choices(reading: Reading) -> dict[str, Choice]:
    used = {(one.condition or "", one.condition_title) for one in trials() if one.condition}
    routes = sorted({route for one in trials() for route in one.routes})
    made = (
        reading.choice("condition", "Condition", sorted(used, key=lambda pair: pair[1])),
        reading.choice("route", "Route", ((one, ROUTES[one]) for one in routes)),
        reading.choice("randomised", "Randomised", (("yes", "yes"), ("no", "no"))),
        reading.choice("blinded", "Blinded", BLINDED.items()),
        reading.choice(
            "outcome",
            "Result",
            [*((one, one) for one in DIRECTIONS), *((one, mark_of(one).words) for one in get_args(Result))],
        ),
    )
    return {one.name: one for one in made}


def _filter(choices: dict[str, Choice], at_least: int) -> TrialFilter:
    randomised = choices["randomised"].chosen
    return TrialFilter(
        condition=choices["condition"].chosen or None,
        route=choices["route"].chosen or None,
        randomised=None if not randomised else randomised == "yes",
        blinded=choices["blinded"].chosen or None,
        at_least=at_least,
    )


def _of_outcome(study: TrialSummary, outcome: str) -> bool:
    return not outcome or study.result in DIRECTIONS.get(outcome, (outcome,))
