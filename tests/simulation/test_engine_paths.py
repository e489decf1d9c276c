"""The ways through the engine agree: rows looked at once or after each step, one device or two, a cut course."""

from __future__ import annotations

import numpy as np
import pytest

from painloop.core import engine
from painloop.core.grid import FINE, lay
from painloop.core.segments import Progress, Segment, advance
from painloop.core.startup import configure
from painloop.exposure.doses import enter
from painloop.simulation import batch
from painloop.simulation.persons import Who
from painloop.simulation.plan import Plan, plan, read
from painloop.simulation.settings import settings

configure()
ORDER = "ketamine 0.5 mg/kg iv over 40 min, twice a week for 2 weeks"


def planned(days: float = 14.0) -> Plan:
    return plan(read(ORDER), None, days, "all", None, None, None, settings({"mood": 1.0}))


def pieces(one: Plan, people: int) -> tuple:  # type: ignore[type-arg]
    drawn = batch.draw(one, Who(), 3, 0, people, people, 1)
    line = one.line
    amounts = line.schedule.amounts(drawn.bodies.weight_kg, drawn.end_rate)
    doses = enter(line.system, line.schedule, line.choice.part_of, amounts, drawn.values, line.inputs)
    return lay(doses.event_h(), one.output_h, FINE), doses, batch.cohort_of(line, drawn, 0)


def test_rows_looked_at_once_are_those_looked_at_after_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    one = planned()
    grid, doses, cohort = pieces(one, 5)
    found = []
    for share in (0.0, 2.0):
        monkeypatch.setattr(engine, "ROWS_PER_STEP", share)
        found.append(engine.simulate(one.line.model, grid, doses, cohort))
    for first, second in zip(found[0].quantities, found[1].quantities, strict=True):
        np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(found[0].slow_end, found[1].slow_end)


def test_many_over_two_devices_are_the_few_on_one() -> None:
    """Numbers that all share are one number each, in either case."""
    one = planned(7.0)
    grid, doses, cohort = pieces(one, 70)
    assert any(not np.ndim(value) for value in cohort.parameters.values())
    many = engine.simulate(one.line.model, grid, doses, cohort)
    few_grid, few_doses, few_cohort = pieces(one, 7)
    few = engine.simulate(one.line.model, few_grid, few_doses, few_cohort)
    for name, whole, part in zip(one.line.readings.names(), many.quantities, few.quantities, strict=True):
        np.testing.assert_allclose(whole[:, :7], part, rtol=1e-9, atol=1e-9, err_msg=name)


def test_a_course_that_is_cut_goes_on_where_it_stopped() -> None:
    """Levels to 1e-9; slow states within 1e-6, mood within 1e-5 of its scale, because the steps differ."""
    one = planned(7.0)
    _, doses, cohort = pieces(one, 3)
    whole = advance(one.line.model, Segment(0.0, 168.0, doses, cohort), one.output_h, Progress(), last=True)
    first = advance(
        one.line.model, Segment(0.0, 100.0, doses.window(0.0, 100.0), cohort), one.output_h, Progress()
    )
    rest = Segment(100.0, 168.0, doses.window(100.0, 168.0), cohort)
    then = advance(one.line.model, rest, one.output_h, first, last=True, past_event_h=doses.event_h())
    for name, a, b, c in zip(
        one.line.readings.names(), whole.quantities, first.quantities, then.quantities, strict=True
    ):
        close = 1e-5 if name == "mood" else 1e-6
        np.testing.assert_allclose(np.concatenate([b, c]), a, rtol=close, atol=close, err_msg=name)
