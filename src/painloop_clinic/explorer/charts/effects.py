"""What is felt and what the circulation does while the drug acts."""

from __future__ import annotations

from dataclasses import dataclass

from painloop.report.curves import Curve
from painloop.report.numbers import duration, fixed
from painloop.report.words import quantity_label
from painloop_clinic.explorer.answers import cards_of
from painloop_clinic.explorer.charts.levels import first_only
from painloop_clinic.explorer.charts.shown import Shown, View, series, spans, time_axis
from painloop_clinic.web.charts import Axis, Chart, Series


@dataclass(frozen=True)
class Family:
    """Side effects of one unit that share a chart.

    Parameters
    ----------
    compared : the one that is drawn where regimens are compared.
    """

    id: str
    title: str
    label: str
    unit: str
    names: tuple[str, ...]
    compared: str
    factor: float = 1.0
    decimals: int = 1


FAMILIES = (
    Family("feelings", "What may be felt while the drug acts?", "Strength (VAS 0 to 10)", "of 10",
           ("dissociation", "drug_high"), "dissociation"),
    Family("circulation", "What do blood pressure and heart rate do?", "Rise (mmHg; beats/min)", "",
           ("sbp_rise", "dbp_rise", "hr_rise"), "sbp_rise"),
    Family("common", "How many feel sick, dizzy or drowsy?", "Chance (%)", "%",
           ("nausea", "dizziness", "sedation"), "nausea", 100.0, 0),
)  # fmt: skip
_UNITS = {"hr_rise": "beats/min", "sbp_rise": "mmHg", "dbp_rise": "mmHg"}


def side_effect_charts(view: View) -> list[Chart]:
    """A chart for each family of side effects that the models know."""
    return [chart for family in FAMILIES if (chart := _chart(family, view)) is not None]


def _chart(family: Family, view: View) -> Chart | None:
    names = family.names if view.one else (family.compared,)
    found = [(one, c) for one in view.shown for name in names if (c := one.answer.level(name)) is not None]
    if not any(curve.moves for _, curve in found):
        return None
    what = "" if view.one else f" Drawn: {quantity_label(family.compared).lower()}."
    return Chart(
        id=family.id,
        title=family.title,
        reading=_reading(family, found, lettered=view.one is None) + what + first_only(view),
        x=time_axis(view.window),
        y=Axis(family.label),
        series=[_series(family, one, curve, view) for one, curve in found],
        facts=(
            *view.facts(),
            *_band(family, view),
            "median; beyond the levels that were studied it is an extrapolation",
        ),
        spans=spans(view, view.window),
        cards=cards_of(source for one, curve in found for source in one.answer.nearest(curve.name)),
    )


def _band(family: Family, view: View) -> tuple[str, ...]:
    """Whose spread is drawn; one band a chart can be read, several not."""
    many = view.one is not None and view.one.answer.patients > 1
    return (f"band: 5 to 95 % of people, {quantity_label(family.compared).lower()}",) if many else ()


def _series(family: Family, one: Shown, curve: Curve, view: View) -> Series:
    name = quantity_label(curve.name) if view.one else one.title
    look = curve.name if view.one else one.letter
    banded = view.one is not None and one.answer.patients > 1 and curve.name == family.compared
    return series(
        name, curve, view.window, look,
        line="median", factor=family.factor, band=banded, letter=view.one is None,
    )  # fmt: skip


def _reading(family: Family, found: list[tuple[Shown, Curve]], *, lettered: bool) -> str:
    told = []
    for one, curve in found:
        at = curve.peak()
        if at is None:
            continue
        unit = _UNITS.get(curve.name, family.unit)
        high = f"{fixed(family.factor * float(curve.median[at]), family.decimals)} {unit}".strip()
        who = f"{one.letter}: " if lettered else ""
        told.append(
            f"{who}{quantity_label(curve.name).lower()} {high} after {duration(float(curve.time_h[at]))}"
        )
    return f"At its highest: {', '.join(told)}."
