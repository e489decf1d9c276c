"""Responders: published tables, the definition of the exact test, symmetries, refusals."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from painloop.errors import InputError
from painloop.trial import analysis as a

NEWCOMBE_EXAMPLES = [
    ((56, 70, 48, 80), (0.0524, 0.3339), (0.0528, 0.3382)),
    ((9, 10, 3, 10), (0.1705, 0.8090), (0.1700, 0.8406)),
    ((6, 7, 2, 7), (0.0582, 0.8062), (0.0342, 0.8534)),
    ((5, 56, 0, 29), (-0.0381, 0.1926), (-0.0326, 0.1933)),
    ((0, 10, 0, 20), (-0.1611, 0.2775), (-0.1658, 0.2844)),
    ((0, 10, 0, 10), (-0.2775, 0.2775), (-0.2879, 0.2879)),
    ((10, 10, 0, 20), (0.6791, 1.0), (0.7156, 1.0)),
    ((10, 10, 0, 10), (0.6075, 1.0), (0.6636, 1.0)),
]
"""Newcombe 1998, Statistics in Medicine 17:873, table II (a) to (h): his method 10, and Miettinen and Nurminen's."""


@pytest.mark.parametrize(("counts", "score", "likelihood"), NEWCOMBE_EXAMPLES)
def test_intervals_of_a_difference_are_newcombes(
    counts: tuple[int, ...], score: tuple[float, float], likelihood: tuple[float, float]
) -> None:
    """Printed with four decimals."""
    hits1, n1, hits0, n0 = counts
    for interval, printed in (("newcombe", score), ("miettinen-nurminen", likelihood)):
        found = a.compare_responders([hits0, hits1], [n0, n1], interval=interval)  # type: ignore[arg-type]
        assert (found.difference_low[0], found.difference_high[0]) == pytest.approx(printed, abs=6e-5)


def test_tests_and_intervals_are_those_of_the_book_on_contingency_tables() -> None:
    """Fagerland, Lydersen and Laake 2017, chapters 4 and 8: Perondi 2004 (7/34 against 1/34), Ritland 2007 (0/16
    against 15/72), Cavo 2012 (6 and 16 discordant of 161), with the digits their tables and programs print."""
    perondi = a.compare_responders([1, 7], [34, 34])
    assert (perondi.difference_low[0], perondi.difference_high[0]) == pytest.approx(
        (0.0189, 0.3404), abs=6e-5
    )
    ritland = a.compare_responders([15, 0], [72, 16], interval="miettinen-nurminen")
    assert (ritland.difference_low[0], ritland.difference_high[0]) == pytest.approx(
        (-0.3164, -0.0056), abs=6e-5
    )
    assert ritland.p[0] == pytest.approx(0.06287, abs=6e-6)
    assert a.compare_paired(6, 16, 161).p[0] == pytest.approx(0.052479, abs=6e-7)


def test_fisher_agrees_with_its_definition_and_a_table_is_what_it_is_in_any_replicate() -> None:
    """The sum of the probabilities of all tables with the same margins that are no likelier than the one seen."""
    random = np.random.default_rng(3)
    hits, sizes = random.integers(0, 9, (40, 2)), np.array([9, 11])
    found = a.compare_responders(hits, sizes)
    for (h0, h1), p in zip(hits, found.p, strict=True):
        possible = range(max(0, h0 + h1 - 9), min(11, h0 + h1) + 1)
        likelihood = np.array([comb(11, k) * comb(9, int(h0 + h1) - k) for k in possible])
        rarer = likelihood[likelihood <= likelihood[h1 - possible[0]]].sum()
        assert p == pytest.approx(rarer / likelihood.sum(), rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(data=st.data(), n0=st.integers(1, 40), n1=st.integers(1, 40))
def test_exchanging_the_arms_changes_the_sign_and_nothing_else(data: st.DataObject, n0: int, n1: int) -> None:
    h0, h1 = data.draw(st.integers(0, n0)), data.draw(st.integers(0, n1))
    for interval in ("newcombe", "miettinen-nurminen"):
        there = a.compare_responders([h0, h1], [n0, n1], interval=interval)  # type: ignore[arg-type]
        back = a.compare_responders([h1, h0], [n1, n0], interval=interval)  # type: ignore[arg-type]
        assert there.difference_low[0] == pytest.approx(-back.difference_high[0], abs=1e-9)
        assert there.p[0] == pytest.approx(back.p[0])
        assert -1 <= there.difference_low[0] <= there.difference[0] <= there.difference_high[0] <= 1


@pytest.mark.parametrize("h1", [1, 3, 5, 8])
def test_boschloo_is_never_more_cautious_than_fisher(h1: int) -> None:
    """Boschloo 1970: uniformly more powerful."""
    fisher = a.compare_responders([1, h1], [10, 10])
    boschloo = a.compare_responders([1, h1], [10, 10], test="boschloo")
    assert boschloo.p[0] <= fisher.p[0] + 1e-9


def test_fisher_rejects_no_true_hypothesis_more_often_than_promised() -> None:
    random = np.random.default_rng(8)
    hits = random.binomial(30, 0.35, (5000, 2))
    assert (a.compare_responders(hits, [30, 30]).p < 0.05).mean() <= 0.05


def test_the_ratio_of_shares_has_no_value_where_an_arm_has_no_responder() -> None:
    found = a.compare_responders([[0, 5], [4, 8]], [20, 20])
    assert np.isnan(found.ratio[0])
    assert found.ratio[1] == 2.0
    spread = np.exp(1.959964 * np.sqrt(1 / 4 - 1 / 20 + 1 / 8 - 1 / 20))
    assert (found.ratio_low[1], found.ratio_high[1]) == pytest.approx((2 / spread, 2 * spread), rel=1e-6)


def test_counts_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(InputError, match="no more responders than patients"):
        a.compare_responders([3, 11], [10, 10])
    with pytest.raises(InputError, match="counts that add up"):
        a.compare_paired(6, 6, 10)
