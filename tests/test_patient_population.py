"""Virtual people: random numbers by counter, and bodies whose means are the published ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from painloop import library
from painloop.errors import InputError
from painloop.library.schema.conditions import Distribution
from painloop.patient.population import alike, draw, truncated_normal, untruncated_mean
from painloop.patient.streams import normal, uniform

MANY = 20_000
SIGNIFICANT = 1e-3
"""A test of chance fails for one stream in a thousand; seeds are fixed, so it fails always or never."""

seeds = st.integers(0, 2**63 - 1)
streams = st.text(min_size=1, max_size=40)


@given(
    seed=seeds, stream=streams, start=st.integers(0, 10**7), count=st.integers(1, 40), cut=st.integers(0, 40)
)
def test_a_patient_gets_the_same_number_in_every_batch(
    seed: int, stream: str, start: int, count: int, cut: int
) -> None:
    whole = uniform(seed, stream, start, count)
    cut = min(cut, count)
    parts = [uniform(seed, stream, start, cut), uniform(seed, stream, start + cut, count - cut)]
    assert np.array_equal(whole, np.concatenate(parts))
    assert np.array_equal(whole, [uniform(seed, stream, start + k, 1)[0] for k in range(count)])


@given(seed=seeds, stream=streams, start=st.integers(0, 10**12))
def test_numbers_lie_between_zero_and_one_and_have_a_normal_quantile(
    seed: int, stream: str, start: int
) -> None:
    numbers = uniform(seed, stream, start, 50)
    assert ((numbers > 0.0) & (numbers < 1.0)).all()
    assert np.isfinite(normal(seed, stream, start, 50)).all()


@pytest.mark.parametrize("seed", [0, 1, 2, 2**31, 2**63 - 1])
@pytest.mark.parametrize("stream", ["person:weight", "pain:baseline", "iiv:otto-2021:CL"])
def test_numbers_are_uniform_and_normal(seed: int, stream: str) -> None:
    assert stats.kstest(uniform(seed, stream, 0, MANY), "uniform").pvalue > SIGNIFICANT
    assert stats.kstest(normal(seed, stream, 12_345, MANY), "norm").pvalue > SIGNIFICANT


def test_neighbours_seeds_and_streams_are_unrelated() -> None:
    one = uniform(1, "person:weight", 0, MANY)
    others = [
        np.roll(one, 1),
        uniform(2, "person:weight", 0, MANY),
        uniform(1, "person:age", 0, MANY),
        uniform(1, "person:weight", MANY, MANY),
    ]
    limit = stats.norm.isf(SIGNIFICANT / 2) / np.sqrt(MANY)
    assert [other for other in others if abs(np.corrcoef(one, other)[0, 1]) > limit] == []


def test_the_numbers_of_a_seed_are_these_on_every_machine() -> None:
    """A change of these changes every result that was ever published with a seed."""
    expected = [0.1984843397162231, 0.8995040009016764, 0.5173908491933759, 0.41824441029121023]
    assert uniform(1, "person:weight", 0, 4).tolist() == expected


@pytest.mark.parametrize("seed", [-1, 2**63, 2**80])
def test_a_seed_out_of_range_is_refused(seed: int) -> None:
    with pytest.raises(InputError, match="such as 1"):
        uniform(seed, "person:weight", 0, 1)


def mean_of(distribution: Distribution) -> float:
    """The integral of the quantile function, by Gauss-Legendre on pieces that shrink towards its steep ends."""
    place, weight = np.polynomial.legendre.leggauss(30)
    rising = np.concatenate([[0.0], np.geomspace(1e-14, 0.5, 50)])
    edges = np.concatenate([rising, 1.0 - rising[-2::-1]])
    half = np.diff(edges)[:, None] / 2.0
    points = edges[:-1, None] + half * (1.0 + place)
    values = truncated_normal(distribution, points.ravel()).reshape(points.shape)
    return float((half * weight * values).sum())


def distribution(mean: float, sd: float, low: float, high: float) -> Distribution:
    return Distribution(
        mean=mean, sd=sd, low=low, high=high, unit="kg", confidence="assumed", source="this test"
    )


PUBLISHED = [
    pytest.param(getattr(library.load("conditions", name).person, what), id=f"{name}-{what}")
    for name in library.ids("conditions")
    for what in ("weight_kg", "age_y")
]


@pytest.mark.parametrize("published", PUBLISHED)
def test_the_mean_after_the_cut_is_the_published_one(published: Distribution) -> None:
    assert mean_of(published) == pytest.approx(published.mean, abs=1e-6)


@given(
    mean=st.floats(20.0, 90.0), sd=st.floats(2.0, 30.0), below=st.floats(0.3, 4.0), above=st.floats(0.3, 4.0)
)
def test_the_mean_after_any_cut_is_the_wanted_one(mean: float, sd: float, below: float, above: float) -> None:
    one = distribution(mean, sd, mean - below * sd, mean + above * sd)
    grid = (np.arange(4000) + 0.5) / 4000
    values = truncated_normal(one, grid)
    assert ((values >= one.low) & (values <= one.high)).all()
    assert (np.diff(values) >= 0.0).all()
    location = untruncated_mean(one)
    exact = stats.truncnorm.mean(
        (one.low - location) / sd, (one.high - location) / sd, loc=location, scale=sd
    )
    assert exact == pytest.approx(mean, abs=1e-6)
    assert values.mean() == pytest.approx(mean, abs=2e-3 * sd)  # the midpoint rule is coarse in the tails


def test_a_population_is_drawn_as_its_condition_says() -> None:
    person = library.load("conditions", "crps").person
    people = draw(person, 3, 0, MANY)
    error = person.weight_kg.sd / np.sqrt(MANY)
    assert people.weight_kg.mean() == pytest.approx(person.weight_kg.mean, abs=4 * error)
    assert people.female.mean() == pytest.approx(person.female.number, abs=4 * 0.5 / np.sqrt(MANY))
    assert abs(np.corrcoef(people.weight_kg, people.age_y)[0, 1]) < 4 / np.sqrt(MANY)


def test_what_is_given_holds_for_everyone_and_changes_no_other_draw() -> None:
    person = library.load("conditions", "crps").person
    free, fixed = draw(person, 3, 10, 50), draw(person, 3, 10, 50, weight_kg=70.0)
    assert (fixed.weight_kg == 70.0).all()
    assert np.array_equal(free.age_y, fixed.age_y)
    assert np.array_equal(free.female, fixed.female)


def test_people_of_one_body_are_alike() -> None:
    people = alike(3, 70.0, 45.0, female=True, japanese=True)
    assert people.size == 3
    assert {name: values.tolist() for name, values in people.covariates().items()} == {
        "WT": [70.0] * 3, "AGE": [45.0] * 3, "FEMALE": [1.0] * 3, "ASIAN": [1.0] * 3, "JAPANESE": [1.0] * 3,
    }  # fmt: skip
