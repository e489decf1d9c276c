"""Printed results beside predictions: intervals, p values, what is in sample, what cannot be predicted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, ttest_ind, ttest_rel
from trial_protocols import KETAMINE, PLACEBO, WEEKS, two_arms

from painloop.trial.conduct import conduct
from painloop.trial.prediction import holds, predicted
from painloop.trial.printed import Printed, Seen, observing

REPLICATES = 60
RIVAL = "effect_delay"
SHAM = PLACEBO | {"name": "sham"}
THREE = [KETAMINE | {"n": 4}, PLACEBO, SHAM]
SINGLE = {"confidence": "verified", "time_h": 168}
OBSERVED = [
    SINGLE | {"arm": "ketamine", "quantity": "nrs", "value": 9.9, "sem": 0.5},
    SINGLE | {"arm": "placebo", "quantity": "responders_30", "value": 0.2, "n": 10},
    SINGLE | {"arm": "placebo", "quantity": "grip_strength", "value": 0.2},
    SINGLE | {"arm": "placebo", "quantity": "nausea_fraction", "value": 0.1},
]
CONTRASTS = [
    SINGLE | {"arm": "sham", "against": "placebo", "quantity": "nrs", "value": 0.0},
    SINGLE | {"arm": "sham", "against": "placebo", "quantity": "nrs", "value": None, "p": 0.05},
    SINGLE | {"arm": "sham", "against": "placebo", "quantity": "nrs", "value": None, "p": 0.05, "p_is": "at least"},
]  # fmt: skip


@pytest.fixture(scope="module")
def rows():
    return predicted(two_arms(arms=THREE, observed=OBSERVED, contrasts=CONTRASTS), REPLICATES, 2, RIVAL)


def test_a_prediction_is_the_spread_of_studies_of_that_size(rows):
    protocol = two_arms(arms=THREE)
    found = conduct(protocol, 2, 0, REPLICATES, RIVAL)
    means = np.where(found.arm[..., 0] == 0, found.rating[..., 0, 0], 0.0).sum(axis=1) / 4
    assert rows[0].predicted == pytest.approx(means.mean())
    assert rows[0].interval == pytest.approx(tuple(np.quantile(means, [0.025, 0.975])))
    assert rows[0].inside is False
    assert rows[0].observed_ci95 == pytest.approx((9.9 - 1.96 * 0.5, 9.9 + 1.96 * 0.5), abs=1e-3)
    assert rows[4].inside is True


def test_a_quantity_without_prediction_says_why(rows):
    assert [row.reason is None for row in rows] == [True, True, False, True, True, True, True]
    assert rows[2].predicted is None
    assert "not predicted" in rows[2].reason


def test_nausea_on_placebo_is_its_background(rows):
    """0.138 of 225 people on placebo, Canuso 2021 (10.1097/JCP.0000000000001465) Table 2."""
    low, high = binom.ppf([0.0005, 0.9995], 10 * REPLICATES, 0.138)
    assert low <= rows[3].predicted * 10 * REPLICATES <= high


def test_of_two_equal_arms_one_replicate_in_twenty_is_significant(rows):
    low, high = binom.ppf([0.0005, 0.9995], REPLICATES, 0.05)
    assert low <= rows[5].predicted * REPLICATES <= high
    assert rows[5].predicted + rows[6].predicted == pytest.approx(1.0)
    assert rows[5].interval is None


def test_p_values_are_those_of_scipy():
    parallel = Seen(conduct(observing(two_arms(), [168.0]), 2, 0, 3, RIVAL))
    one = Printed("ketamine", "nrs_fall", 168.0)
    crossed = two_arms(design="crossover", crossover={"period_d": 14}, visits=WEEKS[:1])
    both = Seen(conduct(observing(crossed, [168.0]), 2, 0, 3, RIVAL))
    for seen, test in ((parallel, lambda a, b: ttest_ind(a, b, equal_var=False)), (both, ttest_rel)):
        p = seen.p_value(one, "placebo")
        arms = [seen._each(Printed(name, one.quantity, 168.0)) for name in ("ketamine", "placebo")]
        for number in range(3):
            people = [arm[number][np.isfinite(arm[number])] for arm in arms]
            assert p[number] == pytest.approx(test(*people).pvalue, rel=1e-9)


def test_what_was_fitted_on_the_same_people_is_in_sample():
    """The loop and the placebo response of CRPS were fitted on Sigtermans 2009, whose patients are this cluster."""
    own = two_arms(cluster="leiden-crps", observed=OBSERVED[:1])
    other = two_arms(observed=OBSERVED[:1])
    assert predicted(own, 2, 1, RIVAL)[0].in_sample
    assert not predicted(other, 2, 1, RIVAL)[0].in_sample
    assert predicted(other, 2, 1, RIVAL, fitted_on=["someone-2026"])[0].in_sample
    felt = OBSERVED[0] | {"quantity": "nausea_fraction", "value": 0.3}
    assert not predicted(two_arms(cluster="leiden-crps", observed=[felt]), 2, 1, RIVAL)[0].in_sample


def test_a_printed_result_of_an_arm_that_is_left_out_has_its_reason():
    unread = KETAMINE | {"name": "unread", "regimen": None}
    row = predicted(
        two_arms(arms=[KETAMINE, unread, PLACEBO], observed=[OBSERVED[0] | {"arm": "unread"}]), 2, 1, RIVAL
    )[0]
    assert row.predicted is None
    assert row.reason == "it has no regimen"


def test_a_share_that_a_file_rounds_lies_inside_an_interval_that_ends_at_its_count() -> None:
    assert holds((0.0, 2 / 12), 0.166667)
    assert holds((18 / 34, 1.0), 0.529411)
    assert not holds((0.0, 2 / 12), 0.167)
