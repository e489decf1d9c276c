"""The engine against exact solutions, another solver, and the conservation of mass."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np

from painloop.validate.claims import Claim
from painloop.validate.findings import Finding, check, judged

PEOPLE = 8
SEED = 4


@cache
def _three_compartments() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """An infusion of 4 h into random three-compartment people: times (h), rates, engine, scipy DOP853 at 1e-12.

    Amounts (times, 4, people); the fourth state collects what is eliminated.
    """
    from scipy.integrate import solve_ivp

    from painloop.core.startup import configure

    configure()
    from painloop.core import grid
    from painloop.core.course import Doses
    from painloop.core.engine import Cohort, Model, simulate
    from painloop.core.structure import LinearStructure

    k = np.random.default_rng(SEED).uniform(0.2, 4.0, (5, PEOPLE))
    k10, k12, k21, k13, k31 = k
    entries = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 0), (2, 2), (3, 0))
    values = np.stack([-(k10 + k12 + k13), k21, k31, k12, -k21, k13, -k31, k10])
    model = Model(LinearStructure(4, entries, (0,), ()), (0,), (0, 1, 2, 3), _as_they_are)
    rate, times = np.linspace(1.0, 5.0, PEOPLE), np.array([0.0, 1.0, 4.0, 5.0, 12.0, 24.0])
    doses = Doses(start_h=np.array([0.0]), stop_h=np.array([4.0]), input=np.array([0.0]), rate=rate[None, :])
    found = simulate(model, grid.lay(doses.event_h(), times, grid.FINE), doses, Cohort(values, {}))
    exact = np.zeros((len(times), 4, PEOPLE))
    for who in range(PEOPLE):
        matrix = np.zeros((4, 4))
        for (row, column), value in zip(entries, values[:, who], strict=True):
            matrix[row, column] = value
        state, begin = np.zeros(4), 0.0
        for stop, flow in ((4.0, rate[who]), (24.0, 0.0)):
            given = np.array([flow, 0.0, 0.0, 0.0])
            for place, time in enumerate(times):
                if begin < time <= stop:
                    one = solve_ivp(
                        lambda _, y, m=matrix, g=given: m @ y + g, (begin, time), state, "DOP853",
                        rtol=1e-12, atol=1e-15, max_step=0.25,
                    )  # fmt: skip
                    state, begin = one.y[:, -1], time
                    exact[place, :, who] = state
    return times, rate, np.stack([np.asarray(q) for q in found.quantities], axis=1), exact


def _as_they_are(_time, x, _signal, _y, _parameters):  # type: ignore[no-untyped-def]
    return x


@check("engine_closed_form")
def engine_closed_form(claim: Claim) -> Iterator[Finding]:
    """One compartment, an infusion: the largest error relative to the peak."""
    from painloop.core.startup import configure

    configure()
    from painloop.core import grid
    from painloop.core.course import Doses
    from painloop.core.engine import Cohort, Model, simulate
    from painloop.core.structure import LinearStructure

    k, rate = np.array([0.05, 0.5, 5.0, 50.0]), np.array([1.0, 10.0, 3.0, 7.0])
    model = Model(LinearStructure(1, ((0, 0),), (0,), ()), (0,), (0,), _as_they_are)
    times = np.array([0.0, 0.1, 1 / 3, 40 / 60, 1.0, 2.0, 7.3, 24.0, 48.0])
    doses = Doses(
        start_h=np.array([1 / 3]), stop_h=np.array([2.0]), input=np.array([0.0]), rate=rate[None, :]
    )
    laid = grid.lay(doses.event_h(), times, grid.FINE)
    found = simulate(model, laid, doses, Cohort(-k[None, :], {})).quantities[0]
    on = np.clip(times[:, None] - 1 / 3, 0.0, 2.0 - 1 / 3)
    exact = rate / k * -np.expm1(-k * on) * np.exp(-k * np.clip(times[:, None] - 2.0, 0.0, None))
    yield judged(claim, float(np.max(np.abs(found - exact) / exact.max(axis=0))), n=len(k))


@check("engine_other_solver")
def engine_other_solver(claim: Claim) -> Iterator[Finding]:
    """Three compartments against scipy: the largest error relative to the peak of each state."""
    _, _, found, exact = _three_compartments()
    yield judged(claim, float(np.max(np.abs(found - exact) / exact.max(axis=0))), n=PEOPLE)


@check("engine_mass_balance")
def engine_mass_balance(claim: Claim) -> Iterator[Finding]:
    """What was infused is in the body or eliminated: the largest difference relative to the dose."""
    times, rate, found, _ = _three_compartments()
    given = rate * np.clip(times, 0.0, 4.0)[:, None]
    yield judged(claim, float(np.max(np.abs(found.sum(axis=1) - given)[1:] / given[-1])), n=PEOPLE)


@check("exposure_area")
def exposure_area(claim: Claim) -> Iterator[Finding]:
    """Clearance times area to infinity is the dose, for a typical person of 70 kg of some intravenous models."""
    from painloop.exposure.predict import exposure
    from painloop.library import load

    dose_mg = 35.0
    for name, clearance in claim.given["clearance"].items():
        model = load("pharmacokinetics", name)
        drug = "ketamine" if model.form == "racemic" else "S-ketamine"
        found = exposure(f"{drug} {dose_mg:g} mg iv over 40 min", model=name, fraction=1.0, patients=0)
        area = float(next(iter(found.metrics.values())).auc_ng_h_ml[0])
        ratio = model.parameters[clearance].number * area / 1000.0 / dose_mg
        yield judged(claim, abs(ratio - 1.0), about=name)
