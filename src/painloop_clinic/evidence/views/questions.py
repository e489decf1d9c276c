"""Questions that people ask, answered in short sentences; where nothing is known the page says so first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painloop.evidence.claims import claims
from painloop.evidence.questions import Question, question, questions, topics
from painloop.library.schema import Claim
from painloop_clinic.evidence.answers import or_not_found
from painloop_clinic.evidence.fields import Reading
from painloop_clinic.evidence.words import mark_of

STATES = ("not known", "not shown", "disputed", "short relief only", "partly known", "known")
PLAINLY = {
    "not known": "Nobody knows this. What we can say:",
    "not shown": "No study has shown this. What we can say:",
    "disputed": "Studies and experts disagree about this.",
}
"""What stands before an answer that is not one."""


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All questions by topic, or those of a topic or of a state of knowledge."""
    reading = Reading(request.GET)
    topic = reading.choice("topic", "Topic", ((one, one) for one in topics()))
    state = reading.choice("known", "How much is known", ((one, mark_of(one).words) for one in STATES))
    found = [
        one for one in questions() if topic.chosen in ("", one.topic) and state.chosen in ("", one.verdict)
    ]
    shown = {
        "topics": [(name, [one for one in found if one.topic == name]) for name in topics()],
        "found": len(found),
        "all": len(questions()),
        "choices": (topic, state),
        "problems": reading.problems,
    }
    return render(request, "evidence/questions.html", shown)


@require_safe
@or_not_found
def page(request: HttpRequest, name: str) -> HttpResponse:
    """One question with its answer."""
    found = question(name)
    shown = {
        "question": found,
        "plainly": PLAINLY.get(found.verdict, ""),
        "claims": _related(found),
        "others": [one for one in questions() if one.topic == found.topic and one.id != found.id],
    }
    return render(request, "evidence/question.html", shown)


def _related(found: Question) -> list[Claim]:
    cited = {entry for one in found.answer for entry in one.cites}
    return [one for one in claims() if f"claims/{one.id}" in cited]
