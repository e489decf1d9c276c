"""What a trial file may say: a line that would be ignored is refused, and what must not be misread is said."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from trial_protocols import KETAMINE, PLACEBO, trial, two_arms

from painloop.library.loader import LibraryError, load_file
from painloop.trial.template import PATH, template


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [
        ({"quantity": "auc", "visit": "week 4"}, "auc is of the whole follow-up"),
        ({"quantity": "adverse_event", "event": "nausea", "visit": "week 4"}, "leave the visit out"),
        ({"quantity": "adverse_event", "event": "nausea", "above": 2}, "above: goes with time_to_return"),
        ({"quantity": "nrs", "above": 4}, "above: goes with time_to_return"),
        ({"quantity": "time_to_return", "above": 5}, "at most 1"),
        ({"quantity": "time_to_return"}, "such as 0.7"),
    ],
)
def test_a_part_of_an_endpoint_that_would_be_ignored_is_refused(endpoint, words):
    with pytest.raises(ValidationError, match=words):
        trial(endpoints=[{"name": "e"} | endpoint])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"allocation": {"ratio": [2, 1]}}, "2:1 is not that of the numbers 10, 10"),
        ({"baseline": 12}, "12 is not within 0 and 10 NRS points"),
        ({"baseline": "seven"}, "'seven' is not a number"),
        ({"opioids": {"before": 60, "sd": 1e200}}, "is not within 0 and 10,000 MME/d"),
        ({"analysis": {"method": "ancova", "alpha": 0.95}}, "0.5"),
    ],
)
def test_a_number_that_contradicts_another_or_its_scale_is_refused(changes, words):
    with pytest.raises(ValidationError, match=words):
        trial(**changes)


def test_a_ratio_that_numbers_can_hold_only_nearly_is_kept():
    arms = [KETAMINE | {"n": 21}, PLACEBO | {"n": 10}]
    assert trial(arms=arms, allocation={"ratio": [2, 1]}).allocation.ratio == (2, 1)


def test_a_time_to_return_is_said_to_compare_other_people():
    endpoint = {"name": "back", "quantity": "time_to_return", "above": 0.7}
    said = " ".join(two_arms(endpoints=[endpoint]).says)
    assert "below 70 % of their baseline" in said
    assert "not the effect of the drug" in said


def test_the_summary_of_an_estimand_is_that_of_its_endpoint_unless_given():
    shares = [{"name": "e", "quantity": "responder_50", "primary": True}]
    assert trial().compared_by == "difference of means"
    assert trial(endpoints=shares).compared_by == "difference of shares"
    assert trial(endpoints=shares, estimand={"summary": "odds ratio"}).compared_by == "odds ratio"


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ("strata: [sex]", "strata: [shoe]", "allocation.strata.0: 'shoe'"),
        ("strategy: treatment_policy", "strategy: hope", "estimand.strategy: 'hope'"),
    ],
)
def test_a_wrong_value_is_named_with_its_whole_place(tmp_path, right, wrong, place):
    assert right in template()
    (tmp_path / PATH.name).write_text(template().replace(right, wrong))
    with pytest.raises(LibraryError, match=place):
        load_file(tmp_path / PATH.name)
