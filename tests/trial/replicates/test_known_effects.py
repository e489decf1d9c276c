"""Trials with a known effect give it back: bias, coverage, type I error and power against what is known exactly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from gaussian_trial import Gaussian, protocol
from scipy.stats import binom, nct, t

from painloop.trial.power import operating
from painloop.trial.replicates import Options, run
from painloop.trial.truth import truths

ONE = Options(loop="none")


def behaviour(of, conducting, replicates, options=ONE):
    done = run(of, replicates, 7, options, conducting=conducting)
    aims = truths(done.protocol, done.primary, conducting, {"none": "none"}, 7, null=options.null)
    return operating(of, done.primary, done.table, aims)[0], aims["none"][0]


def within(count: int, of: int, probability: float) -> bool:
    """Whether a count lies in the central 99.9 % of its binomial distribution."""
    return bool(binom.ppf(0.0005, of, probability) <= count <= binom.ppf(0.9995, of, probability))


def method(name: str, **changes):
    of = protocol()
    return protocol(analysis=of.trial.analysis.model_copy(update={"method": name}), **changes)


@pytest.mark.parametrize(
    ("name", "by_baseline"),
    [("ancova", True), ("mmrm", False)],
)
def test_a_known_effect_comes_back_without_bias_and_is_covered_where_people_leave(name, by_baseline):
    conducting = Gaussian(effect=-1.0, leaving=0.15, by_baseline=by_baseline)
    found, truth = behaviour(method(name), conducting, 400)
    assert truth.value == pytest.approx(-1.0, abs=1e-9)
    assert found.bias is not None
    assert found.bias_error is not None
    assert abs(found.bias) < 3.3 * found.bias_error
    assert found.coverage is not None
    assert within(found.coverage.count, found.coverage.of, 0.95)
    assert found.converged.value == 1.0


def test_leaving_that_depends_on_ratings_biases_ancova_of_completers_more_than_mmrm():
    conducting = Gaussian(effect=-2.0, leaving=0.3, noise=0.5)
    ancova, _ = behaviour(method("ancova"), conducting, 300)
    mmrm, _ = behaviour(method("mmrm"), conducting, 300)
    assert abs(ancova.bias) > 3.3 * ancova.bias_error
    assert abs(mmrm.bias) < abs(ancova.bias)


@pytest.mark.parametrize("name", ["ancova", "mmrm"])
def test_a_trial_without_effect_finds_one_as_often_as_its_level_says(name):
    found, _ = behaviour(method(name), Gaussian(effect=-1.0, leaving=0.1), 400)
    assert found.type_1 is not None
    assert within(found.type_1.count, found.type_1.of, 0.05)


def test_a_null_run_has_no_power_and_aims_at_nothing():
    found, truth = behaviour(method("ancova"), Gaussian(), 40, Options(loop="none", null=True))
    assert truth.value == 0.0
    assert found.power is None
    assert found.type_1.of == 40


def test_the_power_of_ancova_is_that_of_the_noncentral_t():
    of = method("ancova")
    found, _ = behaviour(of, Gaussian(effect=-0.8, person=0.0, noise=1.5), 1000)
    n1, n0 = of.numbers
    free = n1 + n0 - 3
    # the baseline differs between arms by chance, which costs (free + 1) / free of the variance on average
    signal = 0.8 / (1.5 * np.sqrt(1 / n1 + 1 / n0) * np.sqrt((free + 1) / free))
    exact = nct.sf(t.ppf(0.975, free), free, signal) + nct.cdf(-t.ppf(0.975, free), free, signal)
    assert within(found.power.count, found.power.of, exact)


def test_an_exact_test_of_responders_keeps_its_level():
    of = method("fisher", endpoints=(protocol().trial.endpoints[2].model_copy(update={"primary": True}),))
    found, _ = behaviour(of, Gaussian(effect=-2.0), 300)
    assert found.type_1.low <= 0.05
    assert found.power.value > found.type_1.value


def test_times_to_return_are_compared_and_a_null_trial_keeps_its_level():
    of = method("logrank", endpoints=(protocol().trial.endpoints[3].model_copy(update={"primary": True}),))
    found, _ = behaviour(of, Gaussian(effect=-2.0, noise=1.5), 150)
    assert found.type_1.low <= 0.05
    assert found.power.value > 0.2
    assert found.truth > 0.0


def test_a_crossover_is_analysed_within_people():
    of = protocol()
    trial = of.trial.model_copy(update={"design": "crossover"})
    analysis = trial.analysis.model_copy(update={"method": "crossover"})
    of = replace(of, trial=trial.model_copy(update={"analysis": analysis}), sequences=((0, 1), (1, 0)))

    def conducting(asked, seed, first, replicates, loop, sets=None, null=False):
        """Everyone has both arms, in either order; the person's own level is shared."""
        if len(asked.sequences[0]) == 1:
            return Gaussian()(asked, seed, first, replicates, loop, sets, null)
        one = Gaussian(effect=0.0, person=3.0)(asked, seed, first, replicates, loop)
        order = np.array(asked.sequences)[one.arm[..., 0]]
        drop = -1.0 * ((order == 0) & (not null))
        rating = (
            one.rating + np.random.default_rng([seed, first]).normal(size=(*order.shape, 5)) + drop[..., None]
        )
        return replace(one, arm=order, rating=rating, area=one.area + drop, rescue_days=np.zeros(order.shape),
                       events={name: np.repeat(had, 2, axis=2) for name, had in one.events.items()})  # fmt: skip

    found = operating(of, (done := run(of, 120, 7, ONE, conducting=conducting)).primary, done.table, {})[0]
    assert found.estimate.mean == pytest.approx(-1.0, abs=0.1)
    assert found.power.value > 0.6
    assert within(found.type_1.count, found.type_1.of, 0.05)
