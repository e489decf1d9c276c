"""Meta-analyses by time point, and how they disagree."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painloop import library
from painloop_clinic.evidence.contents.reviews import (
    analyses,
    author_of,
    difference_chart,
    other_rows,
    periods,
)
from painloop_clinic.evidence.fields import Reading


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All of them, or those that include a condition."""
    reading = Reading(request.GET)
    used = {name for one in analyses() for name in one.conditions}
    titles = sorted((library.load("conditions", one).title, one) for one in used)
    condition = reading.choice("condition", "Condition", ((one, title) for title, one in titles))
    chosen = condition.chosen or None
    found = periods(condition=chosen)
    about = [one for one in analyses() if chosen in (None, *one.conditions)]
    shown = {
        "periods": found,
        "chart": difference_chart(found),
        "others": other_rows(chosen),
        "analyses": [(one, author_of(one.id)) for one in about],
        "chosen": chosen,
        "alone": sum(one.conditions == (chosen,) for one in about),
        "choices": (condition,),
        "problems": reading.problems,
    }
    return render(request, "evidence/reviews.html", shown)
