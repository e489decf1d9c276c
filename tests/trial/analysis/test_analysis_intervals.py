"""Binomial intervals and Monte Carlo errors: published values, their definition, coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from painloop.errors import InputError
from painloop.trial import analysis as a


def test_intervals_of_a_share_are_those_published() -> None:
    """13 of 16 (Ligaarden 2010) in Fagerland, Lydersen and Laake 2017, chapter 2; four decimals."""
    exact, score = a.clopper_pearson(13, 16), a.wilson(13, 16)
    assert (float(exact.low), float(exact.high)) == pytest.approx((0.5435, 0.9595), abs=6e-5)
    assert (float(score.low), float(score.high)) == pytest.approx((0.5699, 0.9341), abs=6e-5)


@given(total=st.integers(1, 300), data=st.data())
def test_exact_limits_put_half_the_error_in_each_tail(total: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, total))
    found = a.clopper_pearson(count, total, 0.9)
    if count:
        assert binom.sf(count - 1, total, float(found.low)) == pytest.approx(0.05, rel=1e-6)
    if count < total:
        assert binom.cdf(count, total, float(found.high)) == pytest.approx(0.05, rel=1e-6)
    score = a.wilson(count, total)
    assert 0 <= score.low <= count / total <= score.high <= 1


def test_exact_intervals_cover_at_least_what_they_claim() -> None:
    counts = np.arange(41)
    found = a.clopper_pearson(counts, 40)
    for share in (0.03, 0.05, 0.5, 0.8, 0.95):
        covered = (found.low <= share) & (share <= found.high)
        assert binom.pmf(counts, 40, share)[covered].sum() >= 0.95


def test_the_error_of_a_mean_leaves_out_what_could_not_be_analysed_and_says_how_many_remain() -> None:
    found = a.monte_carlo([1.0, 2.0, np.nan, 6.0], truth=1.0)
    assert (float(found.mean), int(found.replicates)) == (2.0, 3)
    assert float(found.error) == pytest.approx(np.std([1, 2, 6], ddof=1) / np.sqrt(3))


def test_counts_and_levels_that_make_no_sense_are_refused() -> None:
    with pytest.raises(InputError, match="does not fit a total of 3"):
        a.wilson(4, 3)
    with pytest.raises(InputError, match="confidence level of 1"):
        a.clopper_pearson(1, 3, 1.0)
    with pytest.raises(InputError, match="at least 2"):
        a.monte_carlo([1.0, np.nan])
