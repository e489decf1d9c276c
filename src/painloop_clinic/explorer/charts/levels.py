"""Drug levels and receptor block: how high, how long."""

from __future__ import annotations

from painloop.report.curves import Curve
from painloop.report.numbers import duration, fixed, significant
from painloop_clinic.explorer.answers import cards_of
from painloop_clinic.explorer.charts.shown import Shown, View, series, spans, time_axis
from painloop_clinic.web.charts import Axis, Chart, Series

_NOTHING = 1e-6
PARENTS = ("ketamine", "S-ketamine", "R-ketamine")


def exposure_chart(view: View) -> Chart | None:
    """Drug and metabolites in plasma; where regimens are compared, the drug alone."""
    if not any(one.answer.concentrations() for one in view.shown):
        return None
    return Chart(
        id="exposure",
        title="How high do drug levels rise, and how long does the drug stay?",
        reading=_levels_reading(view),
        x=time_axis(view.window),
        y=Axis("Plasma level (ng/mL)"),
        series=_level_series(view),
        facts=(*view.facts(), *view.models(), *_bands(view), *_forms(view)),
        spans=spans(view, view.window),
        cards=cards_of(one.answer.model_id for one in view.shown),
    )


def block_chart(view: View) -> Chart | None:
    """The share of NMDA receptors that drug blocks."""
    curves = [(one, one.answer.level("block")) for one in view.shown]
    known = [(one, curve) for one, curve in curves if curve is not None]
    if not known:
        return None
    if view.one:
        drawn: list[Series] = [
            series(
                "receptors blocked", known[0][1], view.window, "block", line="median", factor=100, band=True
            )
        ]
    else:
        drawn = [
            series(one.title, c, view.window, one.letter, line="median", factor=100, letter=True)
            for one, c in known
        ]
    return Chart(
        id="block",
        title="How many NMDA receptors are blocked, and when?",
        reading=_block_reading(known) + first_only(view),
        x=time_axis(view.window),
        y=Axis("NMDA receptors blocked (%)"),
        series=drawn,
        facts=(*view.facts(), "free drug and norketamine compete for one site", *_bands(view)),
        spans=spans(view, view.window),
        cards=cards_of(source for one, _ in known for source in one.answer.nearest("block")),
    )


def _level_series(view: View) -> list[Series]:
    if view.one:
        return [
            series(curve.name, curve, view.window, curve.name, line="median", band=True)
            for curve in view.one.answer.concentrations()
        ]
    return [
        series(
            f"{one.title}, {curve.name}",
            curve,
            view.window,
            one.letter,
            line="median",
            letter=True,
        )
        for one in view.shown
        if (curve := parent(one)) is not None
    ]


def parent(one: Shown) -> Curve | None:
    """The level of the drug itself."""
    found = {curve.name: curve for curve in one.answer.concentrations()}
    return next((found[name] for name in PARENTS if name in found), None)


def _levels_reading(view: View) -> str:
    told = [told for one in view.shown if (told := _peak_words(one, lettered=view.one is None))]
    if not told:
        return "No drug is given, so nothing is in the blood."
    text = "; ".join(told)
    return f"{text[:1].upper()}{text[1:]}.{first_only(view)}"


def first_only(view: View) -> str:
    """Says that a chart shows only the first of several sessions."""
    many = any(len(one.answer.sessions) > 1 for one in view.shown)
    return " Drawn is the first session." if many and view.shown[0].answer.window == "session" else ""


def _peak_words(one: Shown, *, lettered: bool) -> str:
    curve = parent(one)
    if curve is None or (at := curve.peak()) is None or curve.median[at] < _NOTHING:
        return ""
    high = float(curve.median[at])
    who = f"{one.letter}: {curve.name}" if lettered else curve.name
    told = (
        f"{who} is highest {duration(float(curve.time_h[at]))} after the start, at {significant(high)} ng/mL"
    )
    later = [float(t) for t, v in zip(curve.time_h[at:], curve.median[at:], strict=True) if v <= 0.1 * high]
    return told + (
        f", and a tenth of that {duration(later[0] - float(curve.time_h[at]))} later" if later else ""
    )


def _block_reading(known: list[tuple[Shown, Curve]]) -> str:
    told = []
    for one, curve in known:
        at = curve.peak()
        if at is None or curve.median[at] < _NOTHING:
            continue
        who = f"{one.letter}: at" if len(known) > 1 else "At"
        share = fixed(100 * float(curve.median[at]), 0)
        when = duration(float(curve.time_h[at]))
        left = one.answer.level("wind_up")
        lowest = (
            "" if left is None else f", which leaves {fixed(100 * float(min(left.median)), 0)} % of wind-up"
        )
        told.append(f"{who} most {share} % of receptors are blocked, {when} after the start{lowest}")
    return f"{'; '.join(told)}." if told else "No drug is given, so no receptor is blocked."


def _forms(view: View) -> tuple[str, ...]:
    """Warns where levels of different forms of the drug stand side by side."""
    names = {curve.name for one in view.shown if (curve := parent(one)) is not None}
    return (f"{' and '.join(sorted(names))} differ: one level is not one effect",) if len(names) > 1 else ()


def _bands(view: View) -> tuple[str, ...]:
    if view.shown[0].answer.patients == 1:
        return ()
    return ("line: median; band: 5 to 95 % of people",) if view.one else ("lines: median people",)
