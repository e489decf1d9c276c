"""Pain over weeks, and the share of people whom it leaves."""

from __future__ import annotations

from painloop.report.curves import AVERAGED, Curve
from painloop.report.figures.timeline import told_weeks
from painloop.report.numbers import fixed, percent, signed
from painloop.report.observed import Point
from painloop.report.words import rival_label
from painloop_clinic.explorer.answers import cards_of
from painloop_clinic.explorer.charts.shown import Shown, View, series, spans, time_axis
from painloop_clinic.web.charts import Axis, Chart, Series

_WEEKS = (1, 4, 12)
MIXTURE = "averaged over the explanations, each counted the same (an assumption)"


def pain_chart(view: View) -> Chart:
    """Expected pain of every explanation and their mixture, or of the mixture under each regimen."""
    marks = [] if view.one is None else view.one.answer.points("nrs", "pain")
    drawn = _single(view.one, view) if view.one else _compared(view, "pain")
    return Chart(
        id="pain",
        title="Does pain fall, and how long does it stay down?",
        reading=reading(view),
        x=time_axis(view.whole),
        y=Axis("Pain (NRS 0 to 10)", 0.0, 10.0),
        series=[*drawn, *_published(marks, view)],
        facts=(*view.facts(), *_whom(view), *_drawing(view), *_in_sample(marks)),
        spans=spans(view, view.whole),
        cards=_cards(view),
        tall=True,
    )


def responders_chart(view: View) -> Chart | None:
    """The share of people with at least 30 and 50 % less pain; one person is no share."""
    if view.shown[0].answer.patients == 1:
        return None
    drawn: list[Series] = []
    for one in view.shown:
        for level in (30, 50):
            curve = one.answer.lasting(f"responder_{level}", one.answer.main)
            if curve is None or (level == 50 and not view.one):
                continue
            name = f"≥ {level} % less pain" if view.one else one.title
            look = ("averaged" if level == 30 else "S-ketamine") if view.one else one.letter
            drawn.append(series(name, curve, view.whole, look, factor=100, letter=view.one is None))
    drawn += _placebo(view, "responder_30", 100, "≥ 30 % less pain, placebo")
    return Chart(
        id="responders",
        title="How many people have at least 30 % less pain?",
        reading=_responders_reading(view),
        x=time_axis(view.whole),
        y=Axis("Share of people (%)", 0.0, 100.0),
        series=drawn,
        facts=(*view.facts(), *_whom(view)),
        spans=spans(view, view.whole),
        cards=_cards(view),
    )


def _single(one: Shown, view: View) -> list[Series]:
    found: list[Series] = []
    names = [*one.answer.rivals, *([AVERAGED] if one.answer.main == AVERAGED else [])]
    for name in names:
        curve = one.answer.lasting("pain", name)
        if curve is not None:
            last = name == one.answer.main
            found.append(
                series(rival_label(name), curve, view.whole, name, band=last and one.answer.patients > 1)
            )
    return found + _placebo(view, "pain", 1.0, "placebo")


def _compared(view: View, name: str) -> list[Series]:
    lines = [
        series(one.title, curve, view.whole, one.letter, letter=True)
        for one in view.shown
        if (curve := one.answer.lasting(name, one.answer.main)) is not None
    ]
    return lines + _placebo(view, name, 1.0, "placebo")


def _placebo(view: View, name: str, factor: float, label: str) -> list[Series]:
    """The same people without ketamine; the first regimen stands for all, which share their people."""
    curve = view.shown[0].answer.beside(name)
    return (
        [] if curve is None else [series(label, curve, view.whole, "comparator", factor=factor, dotted=True)]
    )


def _published(marks: list[Point], view: View) -> list[Series]:
    """Published means with their standard error, the treated arms and the comparators."""
    found: list[Series] = []
    for comparator in (False, True):
        some = [p for p in marks if p.comparator is comparator and p.time_h <= view.whole.stop_h]
        if not some:
            continue
        errors = [0.0 if p.sem is None else p.sem for p in some]
        found.append(
            Series(
                "published, placebo arm" if comparator else "published, treated arm",
                [round(p.time_h * view.whole.scale, 4) for p in some],
                [p.mean for p in some],
                "comparator" if comparator else "averaged",
                [p.mean - e for p, e in zip(some, errors, strict=True)],
                [p.mean + e for p, e in zip(some, errors, strict=True)],
                kind="points",
                notes=[_note(p) for p in some],
            )
        )
    return found


def _note(point: Point) -> str:
    parts = [point.arm, f"n {point.n}" if point.n else "", point.source]
    parts.append("a model was fitted on these patients" if point.in_sample else "no model was fitted on them")
    return "; ".join(part for part in parts if part)


def _in_sample(marks: list[Point]) -> tuple[str, ...]:
    if not marks:
        return ()
    fitted = any(point.in_sample for point in marks)
    return (
        "points: published means ± standard error"
        + (
            ", in-sample: a model was fitted on these patients" if fitted else ", no model was fitted on them"
        ),
    )


def _whom(view: View) -> tuple[str, ...]:
    answer = view.shown[0].answer
    mixture = (MIXTURE,) if answer.main == AVERAGED and view.one is None else ()
    return (*mixture, f"condition: {answer.condition}")


def _drawing(view: View) -> tuple[str, ...]:
    """What the lines are, and the band around the last of them."""
    many = view.shown[0].answer.patients > 1
    if view.one is None:
        return ("lines: mean pain",) if many else ()
    band = ("lines: mean pain; band: 5 to 95 % of people",) if many else ()
    return (*band, "without day-to-day noise of ratings")


def _cards(view: View) -> list[tuple[str, str]]:
    """Where pain starts, what lowers it while drug is there, and the explanations that are followed."""
    every = view.shown[0].answer
    basis = [one for one in every.sources("pain") if one.startswith(("conditions/", "outcomes/"))]
    return cards_of([*basis, *every.nearest("pain")])


def reading(view: View) -> str:
    """What pain does over the weeks, in a sentence or two; the numbers are those of the table of key figures."""
    if view.one is None:
        return _compared_reading(view)
    answer = view.one.answer
    curve, other = answer.weekly("pain"), answer.weekly_beside("pain")
    if curve is None:
        return "No explanation gave a course of pain."
    end_h = float(curve.time_h[-1])
    who = "Pain" if answer.patients == 1 else "Mean pain"
    who += " averaged over the explanations" if answer.main == AVERAGED else ""
    told = [
        f"{fixed(curve.at(when_h), 1)} {name}" + _against(other, when_h)
        for name, when_h in told_weeks(end_h, _WEEKS)
    ]
    return f"{who} starts at {fixed(curve.at(0.0), 1)} and is {_listed(told)}.{_spread(view.one)}"


def _against(other: Curve | None, time_h: float) -> str:
    return "" if other is None else f" (placebo {fixed(other.at(time_h), 1)})"


def _spread(one: Shown) -> str:
    """How far the explanations are apart at the end of week 4, or of the run."""
    curves = [c for name in one.answer.rivals if (c := one.answer.weekly("pain", name)) is not None]
    if len(curves) < 2:
        return ""
    name, when_h = told_weeks(float(curves[0].time_h[-1]), (4,))[-1]
    found = [value for curve in curves if (value := curve.at(when_h)) is not None]
    return f" The explanations disagree: {fixed(min(found), 1)} to {fixed(max(found), 1)} {name}."


def _compared_reading(view: View) -> str:
    first = view.shown[0].answer
    base = first.weekly("pain")
    if base is None:
        return "No explanation gave a course of pain."
    name, when_h = told_weeks(float(base.time_h[-1]), (4,))[-1]
    told = []
    for one in view.shown:
        curve = one.answer.weekly("pain")
        value = None if curve is None else curve.at(when_h)
        start = base.at(when_h)
        gap = ""
        if one is not view.shown[0] and value is not None and start is not None:
            gap = f" ({signed(value - start, 2)} against A)"
        told.append(f"{fixed(value, 2)} under {one.letter}{gap}")
    return f"Pain {name} is {_listed(told)}; placebo {_placebo_value(first.weekly_beside('pain'), when_h)}."


def _placebo_value(curve: Curve | None, when_h: float) -> str:
    return "was not simulated" if curve is None else fixed(curve.at(when_h), 2)


def _responders_reading(view: View) -> str:
    told = []
    for one in view.shown:
        curve, other = one.answer.weekly("responder_30"), one.answer.weekly_beside("responder_30")
        if curve is None:
            continue
        name, when_h = told_weeks(float(curve.time_h[-1]), (4,))[-1]
        who = "" if view.one else f"under {one.letter} "
        beside = "" if other is None else f", with placebo {percent(other.at(when_h))}"
        told.append(f"{who}{percent(curve.at(when_h))} have at least 30 % less pain {name}{beside}")
    text = "; ".join(told)
    return f"{text[:1].upper()}{text[1:]}." if text else "No share of responders was computed."


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
