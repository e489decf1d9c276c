"""Pain over weeks: who is let in, regression to the mean, placebo, bounds, and ratings that scatter.

Samples are drawn with a fixed seed; limits are five standard errors of the estimate, so a wrong value fails and a
right one does not by chance.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulation_runs import noppers, persons, sigtermans

from painloop import library
from painloop.core.startup import configure
from painloop.library.schema.conditions import Condition, Distribution
from painloop.outcomes import pain
from painloop.patient.population import untruncated_mean

configure()

COUNT, SE = 40_000, 5.0
CONDITIONS = library.ids("conditions")
NOISE = library.load("outcomes", "harris-2005")


def drawn(condition: Condition, **fixed: float) -> dict[str, np.ndarray]:
    return pain.draw(condition, NOISE, 3, 0, COUNT, False, pain.Fixed(**fixed))


def before_selection(condition: Condition) -> float:
    b = condition.baseline
    return untruncated_mean(
        Distribution(
            mean=b.mean.number, sd=b.sd.number, low=b.entry_threshold.number, high=10.0, unit="NRS",
            confidence="derived", source="test",
        )
    )  # fmt: skip


@pytest.mark.parametrize("name", CONDITIONS)
def test_baseline_has_the_published_mean_among_those_let_in(name: str) -> None:
    condition = library.load("conditions", name)
    baseline = drawn(condition)["baseline"]
    assert baseline.mean() == pytest.approx(
        condition.baseline.mean.number, abs=SE * baseline.std() / np.sqrt(COUNT)
    )
    assert (
        condition.baseline.entry_threshold.number
        <= baseline.min()
        < condition.baseline.entry_threshold.number + 0.1
    )
    assert 9.9 < baseline.max() <= 10.0
    assert 0.6 * condition.baseline.sd.number < baseline.std() <= condition.baseline.sd.number


@pytest.mark.parametrize("name", CONDITIONS)
def test_high_beginnings_fall_and_low_ones_rise_by_the_stability_of_ratings(name: str) -> None:
    """usual = m + r (baseline - m) + scatter, m the mean before selection; away from the ends of the scale."""
    condition = library.load("conditions", name)
    p, middle = drawn(condition), before_selection(condition)
    r = condition.regression_to_the_mean.stability_r.number
    scatter = condition.baseline.sd.number * np.sqrt(r * (1.0 - r))
    for low, high, sign in ((4.0, middle - 0.3, 1.0), (middle + 0.3, 10.0, -1.0)):
        of = (p["baseline"] > low) & (p["baseline"] < high)
        assert sign * (p["usual"][of] - p["baseline"][of]).mean() > SE * scatter / np.sqrt(of.sum())
    inner = (p["baseline"] > 5.0) & (p["baseline"] < 7.0)
    excess = p["usual"][inner] - (middle + r * (p["baseline"][inner] - middle))
    assert excess.mean() == pytest.approx(0.0, abs=SE * scatter / np.sqrt(inner.sum()))
    slope, _ = np.polyfit(p["baseline"][inner], p["usual"][inner], 1)
    error = scatter / (p["baseline"][inner].std() * np.sqrt(inner.sum()))
    assert slope == pytest.approx(r, abs=SE * error)


@pytest.mark.parametrize("name", CONDITIONS)
def test_without_selection_there_is_nothing_to_regress_to(name: str) -> None:
    """The scatter is such that usual levels of all, selected or not, spread as baselines did before the cut."""
    condition = library.load("conditions", name)
    r, sd = condition.regression_to_the_mean.stability_r.number, condition.baseline.sd.number
    p, middle = drawn(condition), before_selection(condition)
    scatter = p["usual"] - middle - r * (p["baseline"] - middle)
    inner = (p["baseline"] > 5.0) & (p["baseline"] < 7.0)
    assert (r**2 + scatter[inner].var() / sd**2) == pytest.approx(r, rel=0.03)


@pytest.mark.parametrize("name", CONDITIONS)
def test_placebo_moves_the_mean_by_share_times_effect_with_its_half_life(name: str) -> None:
    condition = library.load("conditions", name)
    placebo = condition.placebo
    share, effect = placebo.responder_probability.number, placebo.responder_effect.number
    p = drawn(condition) | {"drift": np.zeros(COUNT)}
    half = placebo.onset_half_life_d.number * 24.0
    still = p | {"placebo": np.zeros(COUNT)}

    def fallen(time: float) -> np.ndarray:
        return 1.0 - np.asarray(pain.without_drug(time, p)) / np.asarray(pain.without_drug(time, still))

    late = fallen(60.0 * half)
    assert set(np.unique(late.round(9))) == {0.0, round(effect, 9)}
    assert (late > 0.0).mean() == pytest.approx(share, abs=SE * np.sqrt(share * (1.0 - share) / COUNT))
    np.testing.assert_allclose(fallen(half), late / 2.0, atol=1e-12)
    assert placebo.persistence_half_life_d.value is None  # what was not read is taken to persist
    returning = p | {"placebo_loss": np.full(COUNT, np.log(2.0) / (30.0 * half))}
    again = 1.0 - np.asarray(pain.without_drug(60.0 * half, returning)) / np.asarray(
        pain.without_drug(60.0 * half, still)
    )
    np.testing.assert_allclose(again, late / 4.0, atol=1e-12)


@pytest.mark.parametrize("name", CONDITIONS)
def test_untreated_pain_settles_from_the_baseline_at_the_usual_level(name: str) -> None:
    p = drawn(library.load("conditions", name)) | {"placebo": np.zeros(COUNT), "healing": np.zeros(COUNT)}
    np.testing.assert_allclose(np.asarray(pain.without_drug(0.0, p)), p["baseline"], rtol=1e-12)
    quarter = p["drift"] * 13.5 * 168.0
    np.testing.assert_allclose(
        np.asarray(pain.without_drug(13.5 * 168.0, p)), p["usual"] + quarter, rtol=1e-9, atol=1e-12
    )
    waiting = 0.0 if name == "acute-post-operative" else -0.126
    np.testing.assert_allclose(quarter, waiting, rtol=0.01)  # g -0.07 times sd 1.8 over 13.5 weeks of waiting


def test_the_typical_person_has_the_mean_and_nothing_else() -> None:
    condition = library.load("conditions", "crps")
    p = pain.draw(condition, NOISE, 3, 0, 2, True)
    assert set(p["baseline"]) == set(p["usual"]) == {condition.baseline.mean.number}
    np.testing.assert_allclose(p["placebo"], 0.23 * 0.91)


@given(st.floats(0.0, 10.0))
def test_a_given_baseline_moves_the_usual_level_along(baseline: float) -> None:
    condition = library.load("conditions", "crps")
    free = pain.draw(condition, NOISE, 3, 0, 50, False)
    p = pain.draw(condition, NOISE, 3, 0, 50, False, pain.Fixed(baseline))
    assert (p["baseline"] == baseline).all()
    np.testing.assert_allclose(
        p["usual"], np.clip(free["usual"] + baseline - free["baseline"], 0.0, 10.0), atol=1e-12
    )


SHARES, POINTS = st.floats(0.0, 1.0), st.floats(0.0, 10.0)


@given(
    st.fixed_dictionaries(
        {
            "baseline": POINTS,
            "usual": POINTS,
            "placebo": SHARES,
            "placebo_onset": st.floats(0.0, 10.0),
            "placebo_loss": st.floats(0.0, 1.0),
            "drift": st.floats(-0.1, 0.1),
            "settling": st.floats(1e-4, 1.0),
        }
    ),
    st.floats(0.0, 1e5),
    SHARES,
    st.floats(-100.0, 20.0),
)
def test_pain_stays_on_its_scale(p: dict[str, float], time: float, relief: float, acute: float) -> None:
    untreated = pain.without_drug(time, p)  # type: ignore[arg-type]
    found = float(pain.with_drug(untreated, relief, acute))  # type: ignore[arg-type]
    assert 0.0 <= found <= 10.0
    less = float(pain.with_drug(untreated, min(1.0, relief + 0.1), acute))  # type: ignore[arg-type]
    if float(untreated) >= 0.0:
        assert less <= found
    assert float(pain.with_drug(untreated, relief, acute - 1.0)) <= found  # type: ignore[arg-type]


def test_pain_and_ratings_of_every_course_stay_on_the_scale() -> None:
    for result in (sigtermans(), noppers()):
        for name in ("pain", "nrs"):
            for rival in ("none", "effect_delay"):
                found = persons(result, name, rival)
                assert found.min() >= 0.0
                assert found.max() <= 10.0


# --- ratings -----------------------------------------------------------------------------------------------------


def test_ratings_scatter_as_published_and_are_alike_from_day_to_day() -> None:
    """Harris 2005: 1.61 points (sd between people 0.656); the correlation of neighbouring days is the file's 0.3."""
    people, days = 4000, 400
    noise = pain.rating_noise(NOISE, 5, 0, people, days)
    assert noise.shape == (days, people)
    p = {name: value.number for name, value in NOISE.parameters.items()}
    rho = p["autocorrelation_1d"]
    own = np.sqrt((noise**2).mean(axis=0))  # the mean is known to be zero
    of_one = own.mean() * np.sqrt((1.0 + rho**2) / (1.0 - rho**2) / (2.0 * days))
    error = np.hypot(p["sd_between"], of_one) / np.sqrt(people)
    assert own.mean() == pytest.approx(p["within_person_sd"], abs=SE * error)
    assert own.std() == pytest.approx(np.hypot(p["sd_between"], of_one), rel=0.08)  # long right tail
    z = noise / own
    assert (z[1:] * z[:-1]).mean() == pytest.approx(
        rho, abs=SE * np.sqrt((1 - rho**2) / days / people) + 1.0 / days
    )
    assert (z[3:] * z[:-3]).mean() == pytest.approx(
        rho**3, abs=SE / np.sqrt(days * people) * 1.2 + 1.0 / days
    )
    first, last = ((z[k] ** 2).mean() for k in (0, -1))
    assert first == pytest.approx(1.0, abs=SE * np.sqrt(2.0 / people))
    assert last == pytest.approx(1.0, abs=SE * np.sqrt(2.0 / people))
    assert z.mean() == pytest.approx(0.0, abs=SE / np.sqrt(days * people) * 1.4)


def test_a_person_s_ratings_do_not_hang_on_the_batch_or_the_horizon() -> None:
    whole = pain.rating_noise(NOISE, 5, 0, 100, 30)
    np.testing.assert_array_equal(pain.rating_noise(NOISE, 5, 37, 20, 10), whole[:10, 37:57])


def test_ratings_are_the_pain_plus_one_error_a_day() -> None:
    data = noppers().dataset
    days = np.floor(data.time.values / 24.0 + 1e-9)
    felt, rated = (persons(noppers(), name, "none") for name in ("pain", "nrs"))
    inside = (rated > 0.0) & (rated < 10.0)
    error = rated - felt
    for day in (0, 3, 30):
        whole = inside[days == day].all(axis=0)
        assert whole.mean() > 0.5
        np.testing.assert_allclose(np.ptp(error[days == day][:, whole], axis=0), 0.0, atol=1e-5)
    (one, other), (first, second) = (
        [a[np.searchsorted(days, day)] for day in (10, 11)] for a in (error, inside)
    )
    known = first & second
    assert (one[known] != other[known]).all()
    assert 0.15 < np.corrcoef(one[known], other[known])[0, 1] < 0.45  # 0.3 in the file; the ends cut some
