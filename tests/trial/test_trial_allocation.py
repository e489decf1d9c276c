"""Allocation: numbers, blocks and strata as declared, the same whatever is run together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trial_protocols import KETAMINE, PLACEBO, two_arms

from painloop.errors import InputError
from painloop.trial.allocation import allocate, block, strata

REPLICATES = 20


def people(replicates: int, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    shape = (replicates, number)
    return rng.integers(0, 2, shape).astype(float), rng.uniform(18, 80, shape), rng.uniform(4, 10, shape)


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3), st.integers(0, 2**20))
def test_every_whole_block_of_a_stratum_holds_the_ratio(first_arm, second_arm, times, seed):
    size = (first_arm + second_arm) * times
    allocation = {"ratio": [first_arm, second_arm], "block_size": max(size, 2), "strata": ["sex", "baseline"],
                  "cut": {"baseline": 7}}  # fmt: skip
    arms = [KETAMINE | {"n": 10 * first_arm}, PLACEBO | {"n": 10 * second_arm}]
    protocol = two_arms(arms=arms, allocation=allocation)
    body = people(REPLICATES, protocol.participants)
    arm, stratum = allocate(protocol, seed, 0, *body), strata(protocol, *body)
    for one, group in zip(arm, stratum, strict=True):
        for number in np.unique(group):
            list_ = one[group == number]
            whole = list_[: len(list_) // size * size].reshape(-1, size)
            assert (whole.sum(axis=1) == second_arm * times).all()


def test_without_strata_every_arm_gets_its_number_in_an_order_of_chance():
    protocol = two_arms(arms=[KETAMINE | {"n": 7}, PLACEBO | {"n": 14}])
    arm = allocate(protocol, 1, 0, *people(2000, 21))
    assert ((arm == 0).sum(axis=1) == 7).all()
    # each place is ketamine in a third of 2,000 lists: within four standard errors of a share
    np.testing.assert_allclose((arm == 0).mean(axis=0), 1 / 3, atol=4 * np.sqrt(2 / 9 / 2000))


def test_simple_allocation_holds_the_ratio_only_on_average():
    arms = [KETAMINE | {"n": 13}, PLACEBO | {"n": 7}]
    protocol = two_arms(arms=arms, allocation={"method": "simple", "ratio": [2, 1]})
    arm = allocate(protocol, 1, 0, *people(2000, 20))
    shares = (arm == 0).mean(axis=1)
    assert shares.mean() == pytest.approx(2 / 3, abs=4 * np.sqrt(2 / 9 / 40_000))
    assert shares.std() == pytest.approx(np.sqrt(2 / 9 / 20), rel=0.1)


@pytest.mark.parametrize("method", ["simple", "blocks"])
def test_a_replicate_is_allocated_the_same_whatever_is_run_with_it(method):
    protocol = two_arms(allocation={"method": method, "strata": ["sex"], "block_size": 4})
    body = people(REPLICATES, 20)
    whole = allocate(protocol, 5, 0, *body)
    part = allocate(protocol, 5, 13, *(one[13:16] for one in body))
    assert (part == whole[13:16]).all()


def test_a_block_that_cannot_hold_the_ratio_is_refused():
    with pytest.raises(InputError, match=r"block of 4.*2:1.*multiple of 3"):
        block(two_arms(arms=[KETAMINE | {"n": 20}, PLACEBO], allocation={"ratio": [2, 1], "block_size": 4}))
