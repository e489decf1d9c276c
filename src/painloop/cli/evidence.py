"""``painloop evidence``: answers, claims, trials, guidelines and pooled results in words; a leaflet for patients."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from painloop.errors import InputError, PainloopError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from painloop.evidence import Advice

WIDEST = 110
OTHER_HITS = 5
LISTS = ("questions", "claims", "trials", "guideline", "pooled", "predictors")

EXAMPLE = """Examples:

  painloop evidence "how long does relief last"

  painloop evidence --claims

  painloop evidence --trials --condition crps

  painloop evidence --leaflet "ketamine 0.5 mg/kg iv over 40 min, daily for 5 days" --condition crps"""


@click.command(epilog=EXAMPLE)
@click.argument("words", metavar="[QUESTION]", nargs=-1)
@click.option("--questions", "what", flag_value="questions", help="List every question that has an answer.")
@click.option(
    "--claims", "what", flag_value="claims", help="List the claims that were checked, with verdicts."
)
@click.option("--trials", "what", flag_value="trials", help="List the studies and what they found.")
@click.option("--guideline", "what", flag_value="guideline", help="List recommendations with their grades.")
@click.option("--pooled", "what", flag_value="pooled", help="List pooled differences of pain by time.")
@click.option(
    "--predictors", "what", flag_value="predictors", help="List what went with relief; none is validated."
)
@click.option("--condition", metavar="ID", help="Only about this condition of the library.")
@click.option("--leaflet", "regimen", metavar="REGIMEN", help="Write a patient leaflet for this course.")
@click.option("--out", metavar="FILE", help="Write the leaflet as Markdown into a file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
def command(
    words: tuple[str, ...],
    what: str | None,
    condition: str | None,
    regimen: str | None,
    out: str | None,
    as_json: bool,
) -> None:
    """Ask what is known of ketamine for pain, with sources; the answer may be that nobody knows.

    With QUESTION the answer that fits best and what else fits. With --leaflet and --condition a leaflet for
    patients. Every list takes --condition where it makes sense.
    """
    _check(words, what, condition, regimen, out)
    if regimen is not None:
        content, shown = _leaflet(condition or "", regimen, out)
    elif what is not None:
        content, shown = _LISTS[what](condition)
    elif words:
        content, shown = _answer(" ".join(words))
    else:
        content, shown = _about(condition) if condition else _list_questions(None)
    if as_json:
        click.echo(json.dumps(content, ensure_ascii=False))
    else:
        _print(shown)


def _check(
    words: tuple[str, ...], what: str | None, condition: str | None, regimen: str | None, out: str | None
) -> None:
    if sum((bool(words), what is not None, regimen is not None)) > 1:
        raise InputError("Ask a question, a list or a leaflet, one at a time; run the command once for each.")
    if regimen is not None and condition is None:
        raise InputError("A leaflet is about a condition; add --condition, such as --condition crps.")
    if words and condition is not None:
        raise InputError(
            f"A question takes no --condition; name it in the question, or leave the question out to see all about "
            f"{condition}."
        )
    if out is not None and regimen is None:
        raise InputError(f"--out {out} is for leaflets; add --leaflet REGIMEN and --condition ID.")
    if condition is not None and not condition.strip():
        raise InputError("--condition is empty; give the id of a condition, such as crps.")


def _answer(query: str) -> tuple[dict[str, Any], RenderableType]:
    from painloop.evidence import question, search, unknown_words
    from painloop.evidence.text import answer_text, hits_text, unknown_text

    hits, unknown = search(query, limit=OTHER_HITS + 1), unknown_words(query)
    best = next((question(hit.id) for hit in hits if hit.kind == "question"), None)
    content = {
        "query": query,
        "answer": best.plain() if best else None,
        "hits": [hit.plain() for hit in hits],
        "not_found": list(unknown),
    }
    if not hits:
        return content, "Nothing fits these words. See painloop evidence --questions for what can be asked."
    others = [hit for hit in hits if best is None or (hit.kind, hit.id) != ("question", best.id)]
    return content, unknown_text(unknown) + (answer_text(best) if best else "") + hits_text(others)


def _about(condition: str) -> tuple[dict[str, Any], RenderableType]:
    """Everything about one condition: the answer, the results of its trials, and its grades."""
    from painloop import library
    from painloop.evidence import about_condition, advice, harms, results
    from painloop.evidence.text import answer_text, grades_text, rows_text

    bare = library.load("conditions", condition).id
    asked, found, harm, grades = about_condition(bare), results(bare), harms(bare), advice(condition=bare)
    content = {
        "condition": bare,
        "answer": asked.plain() if asked else None,
        "results": [row.plain() for row in found],
        "harms": [row.plain() for row in harm],
        "grades": [one.plain() for one in grades],
        "disagreements": _disagreements(grades),
    }
    said = answer_text(asked) if asked else ""
    return content, said + rows_text("Trials", found) + rows_text("Harms", harm) + grades_text(grades)


def _leaflet(condition: str, regimen: str, out: str | None) -> tuple[dict[str, Any], RenderableType]:
    from painloop.evidence import leaflet, leaflet_text

    content = leaflet(condition, regimen)
    text = leaflet_text(content)
    if out is None:
        return content.plain(), text
    try:
        Path(out).write_text(text, encoding="utf-8")
    except OSError as problem:
        raise PainloopError(f"{out} cannot be written ({problem.strerror}); choose another file.") from None
    return {**content.plain(), "file": out}, f"Wrote {out}."


def _list_questions(condition: str | None) -> tuple[dict[str, Any], RenderableType]:
    from painloop import library
    from painloop.evidence import questions
    from painloop.evidence.text import questions_text

    bare = None if condition is None else library.load("conditions", condition).id
    found = [one for one in questions() if bare in (None, one.condition)]
    return {"questions": [one.plain() for one in found]}, questions_text(found)


def _list_claims(condition: str | None) -> tuple[dict[str, Any], RenderableType]:
    from painloop.evidence import claims, claims_about
    from painloop.evidence.text import claims_text

    found = claims() if condition is None else tuple(one.claim for one in claims_about(condition))
    return {"claims": [one.model_dump(mode="json") for one in found]}, claims_text(found)


def _list_trials(condition: str | None) -> tuple[dict[str, Any], RenderableType]:
    from painloop.evidence import TrialFilter, trials
    from painloop.evidence.text import trials_text

    found = trials(TrialFilter(condition=condition))
    return {"trials": [one.plain() for one in found]}, trials_text(found)


def _list_guideline(condition: str | None) -> tuple[dict[str, Any], RenderableType]:
    from painloop.evidence import advice
    from painloop.evidence.text import grades_text

    found = advice(condition=condition)
    content = {
        "recommendations": [one.plain() for one in found],
        "disagreements": _disagreements(found),
    }
    return content, grades_text(found)


def _disagreements(found: tuple[Advice, ...]) -> list[dict[str, Any]]:
    from painloop.evidence import disagreements

    return [{"guideline": name, **one.model_dump(mode="json")} for name, one in disagreements(found)]


def _list_pooled(condition: str | None) -> tuple[dict[str, Any], RenderableType]:
    from painloop.evidence import pooled_by_time
    from painloop.evidence.text import pooled_text

    found = pooled_by_time(condition=condition)
    return {"pooled": [one.plain() for one in found]}, pooled_text(found, condition is not None)


def _list_predictors(condition: str | None) -> tuple[dict[str, Any], RenderableType]:
    from painloop.evidence import predictors
    from painloop.evidence.text import predictors_text

    if condition is not None:
        raise InputError(f"Predictors are not listed by condition ('{condition}'); leave --condition out.")
    found = predictors()
    rows = [{**one.model_dump(mode="json"), "standing": one.standing} for one in found]
    return {"predictors": rows}, predictors_text(found)


_LISTS: dict[str, Callable[[str | None], tuple[dict[str, Any], RenderableType]]] = {
    "questions": _list_questions,
    "claims": _list_claims,
    "trials": _list_trials,
    "guideline": _list_guideline,
    "pooled": _list_pooled,
    "predictors": _list_predictors,
}


def _print(shown: RenderableType) -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(highlight=False)
    text = Markdown(shown) if isinstance(shown, str) else shown
    console.print(text, width=min(console.width, WIDEST))
