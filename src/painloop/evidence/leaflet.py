"""The content of a leaflet for patients, by condition and course; how it looks is the business of the pages.

What does not depend on the condition stands in ``leaflet.yaml``, what does comes from the library: the answer for the
condition, the results of its trials as n of N, the counts of side effects.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from painloop import library
from painloop._version import __version__
from painloop.evidence.course import PlannedCourse, course_of, studies_of
from painloop.evidence.questions import about_condition
from painloop.evidence.results import ResultRow, harms, results
from painloop.evidence.sentences import Sentence
from painloop.evidence.shares import Share, share_of
from painloop.library.reading import read_mapping
from painloop.library.schema import Claim

FILE = Path(__file__).parent / "leaflet.yaml"
RISK_NUMBERS = "side-effects"
MOST_RESULTS, MOST_HARMS = 5, 2
HOME_ROUTES = frozenset({"oral", "nasal", "sublingual"})


@dataclass(frozen=True)
class Step:
    """A moment of the day and what happens then."""

    when: str
    sentence: Sentence


@dataclass(frozen=True)
class RiskRow:
    """How many people had a side effect; ``studied`` says in whom it was counted."""

    share: Share
    what: str
    studied: str
    confidence: str
    source: str


@dataclass(frozen=True)
class Section:
    """A heading with sentences, and where they fit steps of a day, rows of results or rows of risks."""

    id: str
    heading: str
    sentences: tuple[Sentence, ...] = ()
    steps: tuple[Step, ...] = ()
    results: tuple[ResultRow, ...] = ()
    risks: tuple[RiskRow, ...] = ()


@dataclass(frozen=True)
class Leaflet:
    """A leaflet: ``studied`` are studies of just this course in this condition."""

    title: str
    condition: str
    condition_title: str
    course: PlannedCourse
    studied: tuple[str, ...]
    sections: tuple[Section, ...]
    version: str

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Every sentence of the leaflet, the steps of the day included."""
        return tuple(
            one
            for section in self.sections
            for one in (*section.sentences, *(step.sentence for step in section.steps))
        )

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source, once, in order."""
        said = [source for one in self.sentences for source in one.sources]
        said += [row.source for section in self.sections for row in section.results]
        said += [row.source for section in self.sections for row in section.risks]
        return tuple(dict.fromkeys(said))

    def section(self, section_id: str) -> Section | None:
        """The section with an id, None where this leaflet has none."""
        return next((one for one in self.sections if one.id == section_id), None)

    def plain(self) -> dict[str, Any]:
        """The leaflet for JSON."""
        return {
            "title": self.title,
            "condition": self.condition,
            "course": vars(self.course),
            "studied": list(self.studied),
            "sections": [_plain_section(one) for one in self.sections],
            "sources": list(self.sources),
            "version": self.version,
        }


def leaflet(condition: str, regimen: str) -> Leaflet:
    """The leaflet for a condition and a course.

    Parameters
    ----------
    condition : id or other name of a condition of the library, such as crps.
    regimen : a sentence of the regimen language, the id of a published course, or a file.

    Raises
    ------
    LibraryError, RegimenError
        When there is no such condition, or the course cannot be read or gives no ketamine.

    >>> leaflet("crps", "sigtermans-2009").course.words
    'into a vein, 100 hours without a break, once'
    """
    entry = library.load("conditions", condition)
    course = course_of(regimen)
    studied = studies_of(course, entry.id)
    names = ["what-it-is", "results", "risks", "not-known", "who-not", "prepare", "the-day"]
    names += ["needle-site"] if course.by_vein else []
    names += ["afterwards"] + (["home"] if HOME_ROUTES.intersection(course.routes) else [])
    names += ["when-to-call", "alternatives", "costs"]
    return Leaflet(
        title=f"Ketamine for {entry.title[0].lower() + entry.title[1:]}",
        condition=entry.id,
        condition_title=entry.title,
        course=course,
        studied=studied,
        sections=tuple(_section(name, entry.id, course, studied) for name in names),
        version=__version__,
    )


def _section(name: str, condition: str, course: PlannedCourse, studied: tuple[str, ...]) -> Section:
    part = _parts()[name]
    heading = part["heading"]
    if name == "the-day":
        return Section(name, heading, steps=_day(part, course))
    sentences = tuple(Sentence.model_validate(one) for one in part["sentences"])
    if name == "results":
        said = (*_about(condition), _whether_studied(condition, studied), *sentences)
        return Section(name, heading, said, results=results(condition, MOST_RESULTS))
    if name == "risks":
        return Section(name, heading, sentences, results=harms(condition, MOST_HARMS), risks=_risks())
    return Section(name, heading, sentences)


def _about(condition: str) -> tuple[Sentence, ...]:
    """What is known for the condition: the answer to the question whether it works."""
    asked = about_condition(condition)
    return asked.answer if asked is not None else ()


def _whether_studied(condition: str, studied: tuple[str, ...]) -> Sentence:
    if not studied:
        return Sentence(
            says="We found no study of just this course in your condition.",
            cites=(f"conditions/{condition}",),
            confidence="derived",
        )
    return Sentence(
        says="This course was tried in your condition.",
        cites=tuple(f"trials/{one}" for one in studied),
        confidence="verified",
    )


def _day(part: dict[str, Any], course: PlannedCourse) -> tuple[Step, ...]:
    steps = part[course.setting]
    return tuple(
        Step(
            one["when"].format(session=course.session_words),
            Sentence.model_validate({key: text for key, text in one.items() if key != "when"}),
        )
        for one in steps
    )


@cache
def _risks() -> tuple[RiskRow, ...]:
    entry: Claim = library.load("claims", RISK_NUMBERS)
    return tuple(
        RiskRow(share_of(one.value, one.n), one.about, one.note or "", one.confidence, one.source)
        for one in entry.numbers
        if one.value is not None and one.n is not None
    )


@cache
def _parts() -> dict[str, Any]:
    return read_mapping(FILE)


def _plain_section(section: Section) -> dict[str, Any]:
    return {
        "id": section.id,
        "heading": section.heading,
        "sentences": [one.plain() for one in section.sentences],
        "steps": [{"when": one.when, **one.sentence.plain()} for one in section.steps],
        "results": [one.plain() for one in section.results],
        "risks": [{**vars(one), "share": one.share.plain()} for one in section.risks],
    }
