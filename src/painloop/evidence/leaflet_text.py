"""A leaflet as plain Markdown, for the command line and for those who copy it elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from painloop.evidence.leaflet import Leaflet, Section

RESEARCH = (
    "Written by research software from published sources. It does not replace the talk with your doctor."
)


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
    if section.sentences:
        yield " ".join(one.says for one in section.sentences)
    for step in section.steps:
        yield f"- {step.when}: {step.sentence.says}"
    if section.results or section.risks:
        yield ""
    for risk in section.risks:
        yield f"- {risk.share.words} {risk.what}"
    for row in section.results:
        source = f"{row.trial}, {row.when}"
        yield f"- {row.words} ({source})"
