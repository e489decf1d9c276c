"""What a protocol declares is tested as declared, or refused in one sentence; endpoints are what they say they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from gaussian_trial import Gaussian, protocol

from painloop.errors import InputError
from painloop.trial.answer import Share
from painloop.trial.endpoints import times, values
from painloop.trial.headlines import headlines
from painloop.trial.primary import comparisons, declared
from painloop.trial.records import as_bytes, subjects
from painloop.trial.replicates import Options, run
from painloop.trial.sample_size import search, sized


def test_the_template_declares_its_primary_comparison():
    found = declared(protocol())
    assert found.endpoint.name == "pain at week 4"
    assert [(pair.arm, pair.against) for pair in found.comparisons] == [(0, 1)]


@pytest.mark.parametrize(
    ("name", "endpoint", "design", "says"),
    [
        ("ancova", 2, "parallel", "use fisher or boschloo.$"),
        ("mmrm", 4, "parallel", "use ancova.$"),
        ("logrank", 0, "parallel", "use ancova or mmrm.$"),
        ("ancova", 0, "crossover", "use crossover"),
        ("crossover", 0, "parallel", "such as ancova"),
    ],
)
def test_a_method_that_does_not_suit_is_refused(name, endpoint, design, says):
    trial = protocol().trial
    chosen = trial.endpoints[endpoint].model_copy(update={"primary": True})
    analysis = trial.analysis.model_copy(update={"method": name})
    with pytest.raises(InputError, match=says):
        declared(protocol(endpoints=(chosen,), analysis=analysis, design=design))


def test_ketamine_is_compared_with_placebo_then_with_an_active_placebo_then_with_another_drug():
    drug, active_placebo = ("max-1995-alfentanil", "noppers-2011-midazolam")
    ketamine, placebo = protocol().arms
    alfentanil, midazolam = (
        placebo.model_copy(update={"name": control, "role": "active", "control": control})
        for control in (drug, active_placebo)
    )
    for arms, control in (
        ((ketamine, alfentanil, midazolam, placebo), 3),
        ((ketamine, alfentanil, midazolam), 2),
        ((ketamine, alfentanil), 1),
        ((ketamine, ketamine), 0),
    ):
        assert {pair.against for pair in comparisons(arms)} == {control}


def test_mmrm_of_one_visit_is_refused():
    of = protocol()
    with pytest.raises(InputError, match="use ancova"):
        declared(replace(of, visits=of.visits[2:3]))


def test_nothing_is_tested_without_a_primary_endpoint_or_a_second_arm():
    trial = protocol().trial
    assert declared(protocol(endpoints=trial.endpoints[1:])) is None
    of = protocol()
    assert declared(replace(of, arms=of.arms[:1], numbers=(30,), sequences=((0,),))) is None


def test_a_responder_and_a_return_of_pain_are_those_of_a_hand_count():
    one = Gaussian()(protocol(), 1, 0, 1, "none")
    nan = np.nan
    rating = np.full_like(one.rating, nan)
    rating[0, 0, 0] = [3.0, 4.0, 6.0, 6.0, 6.0]  # below 70 % on days 7 and 14, back on day 28
    rating[0, 1, 0] = [3.0, 3.0, 3.0, nan, nan]  # never back, last seen on day 28
    rating[0, 2, 0] = [8.0, 8.0, 8.0, 8.0, 8.0]  # never fell
    held = replace(one, rating=rating, baseline=np.full_like(one.baseline, 8.0))
    seen = times(held, held.protocol.trial.endpoints[3], "treatment_policy")
    np.testing.assert_array_equal(seen.day[0, :4], [21.0, 21.0, nan, nan])
    assert seen.returned[0, :2].tolist() == [True, False]
    half = values(held, held.protocol.trial.endpoints[2], "treatment_policy")[0, :4, 0]
    np.testing.assert_array_equal(half, [0.0, 1.0, 0.0, nan])


def test_an_estimand_chooses_which_ratings_are_read():
    one = Gaussian()(protocol(), 1, 0, 1, "none")
    kept = replace(one, on_treatment=one.rating + 1.0)
    policy, while_on = (
        values(kept, kept.protocol.trial.endpoints[0], strategy)
        for strategy in ("treatment_policy", "while_on_treatment")
    )
    np.testing.assert_allclose(while_on - policy, 1.0)


def test_the_table_of_people_has_a_row_for_each_and_the_numbers_that_were_analysed():
    chunk = Gaussian(leaving=0.3)(protocol(), 1, 5, 2, "none")
    table = subjects(chunk)
    assert len(table) == 2 * 60
    assert table["replicate"].unique().tolist() == [5, 6]
    assert table["arm"].value_counts().to_dict() == {"S-ketamine": 60, "placebo": 60}
    np.testing.assert_array_equal(table["rated week 4"], chunk.rating[..., 0, 2].ravel())
    first = as_bytes(subjects(chunk, first_only=True)).decode().splitlines()
    assert len(first) == 61


def known_power(of):
    """A curve that reaches 80 % at 63.0 participants an arm (normal test of half a standard deviation)."""
    from scipy.stats import norm

    n = of.numbers[0]
    power = norm.sf(norm.ppf(0.975) - 0.5 * np.sqrt(n / 2))
    width = 0.02
    return Share(
        value=power,
        low=max(power - width, 0.0),
        high=min(power + width, 1.0),
        count=round(1000 * power),
        of=1000,
    )


def test_the_number_of_participants_is_that_of_the_normal_test():
    found = search(protocol(), 0.8, known_power)
    assert 63 <= found.n_per_arm <= 66  # 2 (1.960 + 0.842)² / 0.5² = 62.8, found to 5 %
    assert found.low <= 63 <= found.high
    assert len(found.curve) <= 8


def test_a_power_that_no_number_gives_is_said_so():
    flat = Share(value=0.3, low=0.28, high=0.32, count=300, of=1000)
    found = search(protocol(), 0.8, lambda of: flat)
    assert found.n_per_arm is None
    assert found.sentence.startswith("No number up to 500 an arm")


def test_arms_keep_their_ratio():
    trial = protocol().trial
    of = protocol(allocation=trial.allocation.model_copy(update={"ratio": (2, 1)}))
    assert sized(of, 20).numbers == (40, 20)
    with pytest.raises(InputError, match="--patients"):
        sized(of, 1)


def with_a_dose(status, **dose):
    """The headlines of a trial whose first arm has a dose of some confidence."""
    of = protocol(status=status)
    of = replace(of, arms=(of.arms[0].model_copy(update=dose), of.arms[1]))
    return " ".join(headlines(run(of, 2, 1, Options("none"), conducting=Gaussian(), with_null=False)))


def test_a_published_trial_whose_dose_was_not_read_says_so_first_and_a_planned_one_chooses_its_dose():
    supposed = {"regimen_confidence": "assumed", "regimen_note": "2 h are supposed"}
    said = "in part assumed, so that it is tested as much as the model: 2 h are supposed."
    assert said in with_a_dose("published", **supposed)
    assert "The regimen is recalled" in with_a_dose("published", regimen_confidence="memory")
    assert "The regimen is" not in with_a_dose("published", regimen_confidence="verified")
    assert "The regimen is" not in with_a_dose("planned", **supposed)
