"""What one course puts on a page, ready for the template: texts, tables and charts, no logic left to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from painloop.report import figures
from painloop.report.agreement import observed_sentence
from painloop.report.consequences import cotreatment_table, links_table, risk_table
from painloop.report.curves import Reportable
from painloop.report.figures.chart import Chart, DataTable
from painloop.report.injury import injury_key_table
from painloop.report.numbers import count, fixed, percent
from painloop.report.observed import points
from painloop.report.summary import observed_table, pain_table, peak_table, reading_notes
from painloop.report.words import (
    comparator_label,
    condition_title,
    course_title,
    headlines,
    patients,
    sentences,
)


@dataclass(frozen=True)
class Source:
    """A reference of a statement or a file: text, a link to follow by hand (or empty), how sure we are."""

    text: str
    link: str
    confidence: str


@dataclass(frozen=True)
class Unknown:
    """One thing that is not known, with its sources (none for statements about the simulation itself)."""

    text: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class LibraryFile:
    """A file of the library a run used: kind/id, title, reference with confidence, the start of its hash."""

    name: str
    title: str
    source: Source
    hash: str


@dataclass(frozen=True)
class Section:
    """A heading with its charts and the tables under them."""

    key: str
    title: str
    charts: tuple[Chart, ...]
    tables: tuple[DataTable, ...]


@dataclass(frozen=True)
class CourseView:
    """Everything the template shows of one course."""

    key: str
    title: str
    regimen: str
    words: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    peaks: DataTable | None
    headlines: tuple[str, ...]
    pain: DataTable | None
    pain_note: str
    sections: tuple[Section, ...]
    observed: DataTable | None
    observed_sentence: str
    in_sample: bool
    rated: bool
    unknowns: tuple[str, ...]
    warnings: tuple[str, ...]
    provenance: tuple[tuple[str, str], ...]
    files: tuple[LibraryFile, ...]


_Builders = tuple[Callable[[Reportable], Chart | None], ...]
_Tables = tuple[Callable[[Reportable], DataTable | None], ...]
_SECTIONS: tuple[tuple[str, str, _Builders, _Tables], ...] = (
    ("injury", "After the injury", (figures.injury_figure,), ()),
    ("mechanism", "From the drug to the pain", (figures.mechanism_figure,), ()),
    ("exposure", "Exposure: drug in the blood", (figures.exposure_figure,), ()),
    (
        "pain",
        "Pain over weeks",
        (figures.pain_figure, figures.early_pain_figure, figures.pain_bands_figure),
        (),
    ),
    ("responders", "Responders", (figures.responders_figure,), ()),
    ("rivals", "What the rivals would do", (figures.rivals_figure,), ()),
    ("side-effects", "Side effects and risks", (figures.side_effects_figure,), (risk_table,)),
    (
        "outcomes",
        "Mood, function and daily life",
        (figures.mood_figure, figures.linked_figure),
        (links_table, cotreatment_table),
    ),
)


def course_view(result: Reportable, key: str, unknowns: Sequence[str] = ()) -> CourseView:
    """Draw every figure of ``result`` and gather its texts; ``key`` keeps ids apart where a page has several."""
    sections = []
    for name, heading, builders, tabulars in _SECTIONS:
        charts = tuple(chart for build in builders if (chart := build(result)) is not None)
        tables = tuple(table for build in tabulars if (table := build(result)) is not None)
        if charts or tables:
            sections.append(Section(name, heading, charts, tables))
    own = (result.provenance or {}).get("warnings") or ()
    return CourseView(
        key=key,
        title=course_title(result),
        regimen=result.regimen_text or "no drug",
        words=tuple(sentences(result.regimen_words)),
        facts=_facts(result),
        peaks=peak_table(result),
        headlines=tuple(headlines(result)),
        pain=injury_key_table(result) or pain_table(result),
        pain_note=" ".join(reading_notes(result)),
        sections=tuple(sections),
        observed=observed_table(result),
        observed_sentence=observed_sentence(result),
        rated="nrs" in result.dataset,
        in_sample=any(point.in_sample for point in points(result)),
        unknowns=tuple(unknowns),
        warnings=tuple(dict.fromkeys([*sentences(result.warnings), *sentences(own)])),
        provenance=provenance_rows(result.provenance or {}),
        files=tuple(library_file(entry) for entry in (result.provenance or {}).get("files") or ()),
    )


@cache
def standing_unknowns() -> tuple[Unknown, ...]:
    """The statements every report carries, from ``unknowns.yaml``."""
    import yaml

    raw = yaml.safe_load(files("painloop.report").joinpath("unknowns.yaml").read_text("utf-8"))
    return tuple(
        Unknown(
            entry["text"],
            tuple(Source(s["text"], link_of(s), str(s.get("confidence", ""))) for s in entry["sources"]),
        )
        for entry in raw
    )


def link_of(entry: Mapping[str, Any]) -> str:
    """Where a DOI or a PubMed number leads; empty without one."""
    doi, pmid = str(entry.get("doi") or "").strip(), str(entry.get("pmid") or "").strip()
    doi = doi.removeprefix("https://doi.org/").removeprefix("doi:")
    if doi.startswith("10."):
        return f"https://doi.org/{doi}"
    return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid.isdigit() else ""


def _facts(result: Reportable) -> tuple[tuple[str, str], ...]:
    """Who was simulated and with which model, as name and text."""
    people, n = result.population or {}, patients(result)
    facts = [("Condition", condition_title(result))]
    if n is not None:
        facts.append(("Simulated", f"{count(n)} {'person' if n == 1 else 'people'}"))
    for name, key, unit in (("Weight", "weight", "kg"), ("Age", "age", "years")):
        mean, sd = people.get(f"{key}_mean"), people.get(f"{key}_sd")
        if isinstance(people.get(key), Mapping):
            mean, sd = people[key].get("mean"), people[key].get("sd")
        if mean is not None:
            spread = f" ± {fixed(sd, 0)} (SD)" if sd and n != 1 else ""
            facts.append((name, f"{fixed(mean, 0)}{spread} {unit}"))
    if people.get("female_fraction") is not None and n != 1:
        facts.append(("Women", percent(people["female_fraction"])))
    if result.comparator is not None:
        facts.append(("Compared with", comparator_label(result)))
    if result.model_reason:
        facts.append(("Drug model", str(result.model_reason)))
    return tuple((name, text) for name, text in facts if text)


def provenance_rows(raw: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Command, version, seed and what else is known of a run, as name and text."""
    names = {
        "command": "Command",
        "version": "painloop version",
        "seed": "Seed",
        "patients": "Patients",
        "days": "Days",
        "created": "Created",
    }
    rows = [(label, _plain(raw[key])) for key, label in names.items() if raw.get(key) is not None]
    packages = raw.get("packages") or {}
    if packages:
        rows.append(
            ("Packages", ", ".join(f"{name} {version}" for name, version in sorted(packages.items())))
        )
    return tuple(rows)


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def library_file(entry: Mapping[str, Any]) -> LibraryFile:
    """A file of the library as its provenance names it, ready for the page."""
    citation = entry.get("citation") or ""
    links = dict(entry)
    if isinstance(citation, Mapping):
        who = citation.get("authors") or ""
        who = ", ".join(map(str, who)) if isinstance(who, (list, tuple)) else str(who)
        parts = (who, citation.get("year"), citation.get("title"), citation.get("journal"))
        links = {**citation, **{key: entry[key] for key in ("doi", "pmid") if entry.get(key)}}
        citation = ". ".join(str(part).strip(". ") for part in parts if part)
    confidence = entry.get("confidence")
    if isinstance(confidence, Mapping):
        confidence = ", ".join(f"{name} {n}" for name, n in confidence.items())
    return LibraryFile(
        name="/".join(str(entry[key]) for key in ("kind", "id") if entry.get(key)),
        title=str(entry.get("title") or ""),
        source=Source(str(citation) or "no publication", link_of(links), str(confidence or "not stated")),
        hash=str(entry.get("hash") or "").removeprefix("sha256:")[:12],
    )
