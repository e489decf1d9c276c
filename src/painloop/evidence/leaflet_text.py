"""A leaflet as plain Markdown, for the command line and for those who copy it elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from painloop.evidence.leaflet import Leaflet, Section

RESEARCH = (
    "Written by research software from published sources. It does not replace the talk with your doctor."
)

LISTED = "who-not"
"""The section whose heading goes on in each of its sentences."""
SAYS_NOTHING = frozenset({"shown for: none", "shown for: not read"})
"""Times of a finding that tell a reader nothing."""


def leaflet_text(content: Leaflet, with_sources: bool = True) -> str:
    """The leaflet in Markdown.

    Parameters
    ----------
    content : see :func:`painloop.evidence.leaflet`.
    with_sources : end with the list of sources.
    """
    lines = [
        f"# {content.title}",
        "",
        f"Planned: ketamine {content.course.words} ({content.course.regimen}).",
        "",
    ]
    for section in content.sections:
        lines += [f"## {section.heading}", "", *_lines(section), ""]
    lines += [f"{RESEARCH} painloop {content.version}.", ""]
    if with_sources:
        lines += [
            "## Sources",
            "",
            *(f"{place}. {said}" for place, said in enumerate(content.sources, 1)),
            "",
        ]
    return "\n".join(lines)


def patient_words(content: Leaflet) -> str:
    """Only what a patient reads, as running text: for checks of wording and reading age."""
    said = [one.says for one in content.sentences]
    return " ".join(text if text.endswith((".", "?", "!", ",")) else f"{text}." for text in said)


def _lines(section: Section) -> Iterator[str]:
    if section.id == LISTED:
        yield from (f"- {one.says}" for one in section.sentences)
    elif section.sentences:
        yield " ".join(one.says for one in section.sentences)
    yield from (f"- {step.when}: {step.sentence.says}" for step in section.steps)
    if section.results or section.risks:
        yield ""
    for place, risk in enumerate(section.risks):
        told = place > 0 and section.risks[place - 1].studied == risk.studied
        yield f"- {risk.share.words} {risk.what}" + ("" if told or not risk.studied else f" ({risk.studied})")
    for row in section.results:
        when = "" if row.when in SAYS_NOTHING else f", {row.when}"
        yield f"- {row.words} ({row.trial}{when})"
