"""The comparison as tables of plain text, for the terminal and for the documentation alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from painloop.exposure.observed.comparison import Comparison
from painloop.exposure.observed.rows import Excluded, Reading, Score, fold_error
from painloop.exposure.observed.scores import reached

UNITS = {
    "cmax_ng_ml": ("peak", "ng/mL"),
    "auc_ng_h_ml": ("area", "ng h/mL"),
    "css_ng_ml": ("plateau", "ng/mL"),
    "conc_ng_ml": ("level", "ng/mL"),
    "tmax_h": ("time of peak", "h"),
    "bioavailability": ("bioavailability", ""),
    "clearance_l_h": ("clearance", "L/h"),
    "clearance_l_h_kg": ("clearance", "L/h/kg"),
    "half_life_h": ("terminal half-life", "h"),
    "vss_l": ("volume at steady state", "L"),
    "vss_l_kg": ("volume at steady state", "L/kg"),
    "auc_ratio": ("area, ratio to parent", ""),
}
"""Quantity -> what it is called, and its unit."""

MARKS = (
    "c: composed, not published; p: perhaps fitted on by the predicting model, (p): by another; w: weight not printed, "
    "70 kg assumed (children: the middle of a range)."
)


@dataclass(frozen=True)
class Table:
    """A title, a sentence, columns and rows of text; the first ``words`` columns hold words, the others numbers."""

    title: str
    sentence: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1


def tables(found: Comparison) -> list[Table]:
    """All tables that have rows, in reading order."""
    lists = (
        ("Readings", "Predicted is the typical person, median a population.", found.headline),
        (
            "Times of the peak",
            "Not in the headline: they depend on when samples were taken.",
            found.peak_times,
        ),
        ("Parameters", "What the models imply; not in the headline.", found.parameters),
        ("Children", "Outside the ages of every default model; not in the headline.", found.children),
    )
    every = [
        _scores("How close, by route and substance", "The headline.", found.scores),
        _scores("Sensitivity", "The same figures under other choices.", found.sensitivity),
        _scores("Beside the headline", "Listed below and not part of the headline.", found.beside),
        *(_readings(title, f"{sentence} {MARKS}", some) for title, sentence, some in lists),
        _excluded(found.excluded),
    ]
    return [table for table in every if table.rows]


def _scores(title: str, sentence: str, scores: Sequence[Score]) -> Table:
    columns = (
        "",
        "n",
        "arms",
        "people",
        "twofold",
        "error",
        "bias",
        "arms twofold",
        "arms error",
        "bars met",
    )
    rows = tuple(
        (
            one.name, str(one.readings), str(one.arms), f"{one.people}{'+' if one.people_unknown else ''}",
            f"{100 * one.within_twofold:.0f} %", f"{one.gmfe:.2f}", f"{one.bias:.2f}",
            f"{100 * one.arms_within_twofold:.0f} %", f"{one.arms_gmfe:.2f}",
            "yes" if reached(one) else "no",
        )
        for one in scores
    )  # fmt: skip
    said = (
        f"{sentence} n: readings; twofold: share of them within twofold; error: geometric mean fold error; bias: "
        "geometric mean of predicted/observed; arms: the same with each arm counted once; +: and some not counted."
    )
    return Table(title, said, columns, rows)


def _readings(title: str, sentence: str, found: Sequence[Reading]) -> Table:
    columns = (
        "source",
        "given",
        "measured",
        "model",
        "marks",
        "n",
        "observed",
        "predicted",
        "median",
        "fold",
    )
    rows = tuple(
        (
            one.source, one.given, _measured(one), one.model, _marks(one), "?" if one.n is None else str(one.n),
            f"{one.observed:.3g}", f"{one.predicted:.3g}", "" if one.median is None else f"{one.median:.3g}",
            f"{one.fold:.2f}{' !' if fold_error(one.fold) > 2.0 else ''}",
        )
        for one in found
    )  # fmt: skip
    return Table(title, f"{sentence} !: beyond twofold.", columns, rows, words=5)


def _measured(one: Reading) -> str:
    name, unit = UNITS[one.quantity]
    at = f" at {one.at_h:g} h" if one.at_h is not None else ""
    until = f" until {one.until_h:g} h" if one.until_h is not None else ""
    return f"{one.analyte}, {name}{at}{until}{f' ({unit})' if unit else ''}"


def _marks(one: Reading) -> str:
    known = one.model.removesuffix("-racemic") in one.perhaps_fitted_by
    perhaps = "p" if known else "(p)" if one.perhaps_fitted_by else ""
    return " ".join(filter(None, ("c" if one.composed else "", perhaps, "w" if one.weight_assumed else "")))


def _excluded(found: Sequence[Excluded]) -> Table:
    groups: dict[tuple[str, str, str], list[str]] = {}
    for one in sorted(found, key=lambda e: (e.group, e.source)):
        groups.setdefault((one.group, one.source, one.reason), []).append(one.arm)
    rows = tuple(
        (group, source, reason, ", ".join(arms), str(len(arms)))
        for (group, source, reason), arms in groups.items()
    )
    sentence = f"{len(found)} rows of the library are not compared."
    return Table("Left out, and why", sentence, ("group", "source", "reason", "rows", "count"), rows, words=4)
