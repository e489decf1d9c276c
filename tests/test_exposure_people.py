"""How people differ: as much as the models say, the same person in every batch, visits apart, readings that scatter.

Samples are drawn with a fixed seed; limits are five standard errors of the estimate, so a wrong covariance fails and
a right one does not by chance.
"""

from __future__ import annotations

import numpy as np
import pytest

from painloop.core.startup import configure
from painloop.exposure.choice import choose
from painloop.exposure.individuals import Values, drawn, typical
from painloop.exposure.levels import Course, predict
from painloop.exposure.predict import exposure
from painloop.exposure.residual import measured
from painloop.exposure.visits import visits_of
from painloop.library import ids, load
from painloop.library.schema import Variability
from painloop.patient.population import alike
from painloop.regimen import expand, parse

configure()

COUNT = 40_000
SE = 5.0
MODELS = ids("pharmacokinetics")
BODY = alike(COUNT, 70.0, 45.0).covariates()


def effects(blocks: tuple[Variability, ...], moved: Values, still: Values) -> np.ndarray:
    """Random effects on their scale, (parameters, people)."""

    def scaled(block: Variability, value: np.ndarray) -> np.ndarray:
        return np.log(value) if block.scale == "log" else np.log(value / (1.0 - value))

    return np.stack(
        [scaled(b, moved[name]) - scaled(b, still[name]) for b in blocks for name in b.parameters]
    )


def covariance(blocks: tuple[Variability, ...]) -> np.ndarray:
    """Published, blocks independent."""
    size = sum(len(block.parameters) for block in blocks)
    full, at = np.zeros((size, size)), 0
    for block in blocks:
        end = at + len(block.parameters)
        full[at:end, at:end] = block.omega2
        at = end
    return full


def assert_same_covariance(found: np.ndarray, expected: np.ndarray) -> None:
    scale = np.sqrt((np.outer(np.diag(expected), np.diag(expected)) + expected**2) / COUNT)
    assert (np.abs(np.cov(found) - expected) < SE * scale).all()
    assert (np.abs(found.mean(axis=1)) < SE * np.sqrt(np.diag(expected) / COUNT)).all()


@pytest.mark.parametrize("one", [m for m in MODELS if load("pharmacokinetics", m).iiv])
def test_people_differ_as_published_correlations_included(one: str) -> None:
    model = load("pharmacokinetics", one)
    moved = drawn(model, BODY, seed=11, start=0, occasion=None)
    found = effects(model.iiv, moved, typical(model, BODY))
    assert_same_covariance(found, covariance(model.iiv))


@pytest.mark.parametrize("one", [m for m in MODELS if load("pharmacokinetics", m).iov])
def test_visits_differ_as_published_and_independently_of_each_other(one: str) -> None:
    model = load("pharmacokinetics", one)
    still = drawn(model, BODY, seed=11, start=0, occasion=None)
    visits = [effects(model.iov, drawn(model, BODY, 11, 0, k), still) for k in (0, 1)]
    both = np.kron(np.eye(2), covariance(model.iov))
    assert_same_covariance(np.concatenate(visits), both)


def test_the_area_of_each_person_is_their_dose_over_their_clearance() -> None:
    """300 people are two batches."""
    result = exposure("S-ketamine 35 mg iv over 40 min", patients=300, seed=4)
    people = alike(300, 70.0, 45.0)
    values = drawn(load("pharmacokinetics", "otto-2021"), people.covariates(), 4, 0)
    np.testing.assert_allclose(result.spread["S-ketamine"].auc_ng_h_ml, 35_000.0 / values["CLi"], rtol=1e-9)


def film_course(days: int) -> Course:
    order = parse(f"S-ketamine 50 mg sublingual, every 12 h for {days} days")
    return Course.of(choose(order), expand(order, 24.0 * days))


def test_absorption_differs_between_days_and_not_within_a_day() -> None:
    """The second film of a day adds the first one's curve again; the first film of the next day does not."""
    people, hours = alike(8, 70.0, 45.0), np.array([0.25, 1.0, 3.0, 6.0, 11.0])
    times = np.array([0.0, *hours, *(12.0 + hours), *(24.0 + hours)])
    order = parse("S-ketamine 50 mg sublingual")
    alone = predict(Course.of(choose(order), expand(order, 36.0)), people, times, seed=2)
    course = film_course(2)
    assert visits_of(course.schedule, course.choice.parts) == [0, 0, 1, 1]
    twice = predict(course, people, times, seed=2)
    one = alone.concentration["S-ketamine"]
    both = twice.concentration["S-ketamine"]
    np.testing.assert_allclose(both[6:11], one[1:6] + one[6:11], rtol=1e-9)
    next_day = both[11] / (one[1] + one[6] + one[11])
    assert np.median(np.abs(np.log(next_day))) > 0.05


def test_a_person_is_the_same_in_every_batch_and_population() -> None:
    model = load("pharmacokinetics", "perez-ruixo-2021")
    whole = drawn(model, alike(64, 70.0, 45.0).covariates(), seed=5, start=0)
    part = drawn(model, alike(5, 70.0, 45.0).covariates(), seed=5, start=43)
    for name in model.names:
        np.testing.assert_array_equal(np.broadcast_to(whole[name], 64)[43:48], np.broadcast_to(part[name], 5))


@pytest.mark.parametrize("regimen", ["S-ketamine 35 mg iv over 40 min", "esketamine 56 mg nasal"])
def test_levels_do_not_depend_on_how_many_others_run(regimen: str) -> None:
    """300 people are two batches, so the last 45 run beside others than in 400."""
    few, more, many = (exposure(regimen, patients=n, seed=6) for n in (200, 300, 400))
    for name, spread in many.spread.items():
        for other, count in ((few, 200), (more, 300)):
            for what in ("cmax_ng_ml", "tmax_h", "auc_ng_h_ml"):
                mine, theirs = getattr(other.spread[name], what), getattr(spread, what)[:count]
                np.testing.assert_allclose(mine, theirs, rtol=1e-12)


def test_the_typical_person_is_no_one_of_the_population() -> None:
    without, beside = (exposure("S-ketamine 35 mg iv over 40 min", patients=n) for n in (0, 200))
    for name, curve in without.typical.items():
        np.testing.assert_allclose(beside.typical[name], curve, rtol=1e-9)
        assert len(beside.spread[name].cmax_ng_ml) == 200
        peaks, peak = beside.spread[name].cmax_ng_ml, without.metrics[name].cmax_ng_ml
        assert not np.isclose(peaks, peak, rtol=1e-9).any()


RESIDUAL = [(one, r.analyte) for one in MODELS for r in load("pharmacokinetics", one).residual]


@pytest.mark.parametrize(("one", "analyte"), RESIDUAL)
def test_readings_scatter_as_much_as_published(one: str, analyte: str) -> None:
    model = load("pharmacokinetics", one)
    route = next(iter(model.inputs_of))
    parts = choose(parse(f"{'ketamine' if model.form != 'S' else 'S-ketamine'} 20 mg {route}"), one).parts
    published = next(r for r in model.residual if r.analyte == analyte)
    level, rows, people = 500.0, 20, 2000
    seen = measured(parts, parts[0].label(analyte), np.full((rows, people), level), seed=7, start=0)
    if published.log_sd:
        found, expected = np.log(seen / level).std(), published.log_sd
    else:
        found = seen.std()
        expected = np.hypot((published.proportional_sd or 0.0) * level, published.additive_sd or 0.0)
    assert found == pytest.approx(expected, rel=SE / np.sqrt(2 * rows * people))
    rows_apart = np.corrcoef(seen)[np.triu_indices(rows, 1)]
    assert np.abs(rows_apart).max() < SE / np.sqrt(people)


def test_a_reading_scatters_the_same_in_every_batch() -> None:
    parts = choose(parse("S-ketamine 20 mg iv")).parts
    whole = measured(parts, "S-ketamine", np.full((3, 64), 100.0), seed=7, start=0)
    part = measured(parts, "S-ketamine", np.full((3, 5), 100.0), seed=7, start=43)
    np.testing.assert_array_equal(whole[:, 43:48], part)


def test_scatter_widens_a_peak_and_does_not_raise_it() -> None:
    """A peak is one reading at the time of the true peak, not the highest of hundreds of readings."""
    true, seen = (exposure("S-ketamine 35 mg iv over 40 min", residual=r, seed=8) for r in (False, True))
    ratio = seen.spread["S-ketamine"].cmax_ng_ml / true.spread["S-ketamine"].cmax_ng_ml
    sd = load("pharmacokinetics", "otto-2021").residual[0].proportional_sd
    assert ratio.mean() == pytest.approx(1.0, abs=SE * sd / np.sqrt(200))
    assert ratio.std() == pytest.approx(sd, rel=SE / np.sqrt(2 * 200))
    np.testing.assert_array_equal(seen.spread["S-ketamine"].tmax_h, true.spread["S-ketamine"].tmax_h)
