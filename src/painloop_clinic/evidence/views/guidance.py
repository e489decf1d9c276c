"""What guidelines recommend, who seems to benefit, and how to recognise unlawful sellers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painloop import library
from painloop.evidence.claims import claim, predictors
from painloop.evidence.guidelines import advice, guideline_questions
from painloop.evidence.guidelines import guidelines as all_guidelines
from painloop.evidence.questions import question
from painloop.library.schema.evidence import NOT_VALIDATED
from painloop_clinic.evidence.contents.grades import letters
from painloop_clinic.evidence.fields import Reading

BENEFIT_CLAIM, BENEFIT_QUESTION = "who-benefits", "who-seems-to-benefit"
SELLER_QUESTIONS = ("unlawful-sellers", "false-promises", "is-it-legal", "can-i-take-it-at-home")
DIRECTIONS = ("studies disagree", "no relation", "less relief", "more relief")
"""The order of the table: what tells nothing first."""


@require_safe
def guidelines(request: HttpRequest) -> HttpResponse:
    """Recommendations with their letters, by guideline, of all or about a condition or a question."""
    reading = Reading(request.GET)
    about = {one.line.condition for one in advice() if one.line.condition}
    titles = sorted((library.load("conditions", one).title, one) for one in about)
    condition = reading.choice("condition", "Condition", ((one, title) for title, one in titles))
    asked = reading.choice("question", "Question", ((one, one) for one in guideline_questions()))
    grade = reading.choice("graded", "Grade", (("yes", "with a letter only"),))
    found = advice(condition.chosen or None, asked.chosen or None, bool(grade.chosen))
    rows = [(one, [line.line for line in found if line.guideline.id == one.id]) for one in all_guidelines()]
    shown = {
        "guidelines": [(one, lines) for one, lines in rows if lines],
        "found": len(found),
        "all": len(advice()),
        "letters": letters(),
        "choices": (condition, asked, grade),
        "problems": reading.problems,
    }
    return render(request, "evidence/guidelines.html", shown)


@require_safe
def benefits(request: HttpRequest) -> HttpResponse:
    """Everything that went with more or less relief in a study, each with its number of people."""
    rows = sorted(predictors(), key=lambda one: (DIRECTIONS.index(one.direction), -(one.n or 0)))
    shown = {
        "predictors": rows,
        "claim": claim(BENEFIT_CLAIM),
        "question": question(BENEFIT_QUESTION),
        "standing": NOT_VALIDATED,
    }
    return render(request, "evidence/benefits.html", shown)


@require_safe
def sellers(request: HttpRequest) -> HttpResponse:
    """How to recognise unlawful sellers and false promises."""
    return render(
        request, "evidence/sellers.html", {"questions": [question(one) for one in SELLER_QUESTIONS]}
    )
