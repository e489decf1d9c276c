"""The report on one regimen of the explorer, to keep: one HTML file that needs no network and no script."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from painloop.errors import InputError
from painloop_clinic.engine.client import EngineFailure
from painloop_clinic.explorer.asking import report_html
from painloop_clinic.explorer.sentence import problem_of
from painloop_clinic.explorer.state import read_state
from painloop_clinic.web.refusals import refusal

LONGEST_NAME = 80


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The file, or the sentence that says why there is none."""
    asked = read_state(request.GET, public=settings.PUBLIC)
    problem = problem_of(asked.state.regimen)
    wrong = next(iter(asked.refusals.values()), "") or (problem.says if problem else "")
    if wrong:
        return refusal(request, 422, wrong)
    try:
        page = report_html(asked.state, asked.state.regimen)
    except EngineFailure as failure:
        return refusal(request, failure.status, failure.sentence, retry_after_s=failure.retry_after_s)
    except InputError as refused:
        return refusal(request, 422, str(refused))
    name = slugify(asked.state.regimen)[:LONGEST_NAME].strip("-")
    disposition = f'attachment; filename="painloop-{name}.html"'
    return HttpResponse(page, headers={"Content-Disposition": disposition})
