"""What an answer of the engine holds: few points, plain numbers, bounded requests."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

pytest.importorskip("django")
from painloop.errors import InputError, RegimenError
from painloop_clinic.engine.answers import Answers
from painloop_clinic.engine.course import course, ordered
from painloop_clinic.engine.requests import CourseRequest
from painloop_clinic.engine.thinning import INVISIBLE, MOST_POINTS, plain, thin


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return course({"regimen": "ketamine 0.5 mg/kg iv over 40 min", "days": 30.0}, lambda done: None)


def test_thinning_keeps_the_ends_and_the_peak_of_every_curve() -> None:
    x = np.linspace(0.0, 10.0, 2001)
    curves = np.stack([np.exp(-(((x - 3.0) / 0.05) ** 2)), 1000.0 * (x > 7.0)])
    kept = thin(x, curves)
    assert len(kept) <= MOST_POINTS
    assert {0, 2000, int(np.argmax(curves[0]))} <= set(kept)
    assert np.abs(np.interp(x, x[kept], curves[0][kept]) - curves[0]).max() < 0.01


def test_what_is_not_a_number_is_none_and_next_to_nothing_is_zero() -> None:
    assert plain(np.array([1.23456, np.nan, 1e-142])) == [1.235, None, 0.0]


def test_a_person_has_one_line_and_every_rival(told: dict[str, Any]) -> None:
    assert set(told["pain"]["rivals"]) >= {"none", "effect_delay", "central_gain", "driven_gain", "averaged"}
    assert set(told["pain"]["rivals"]["averaged"]["pain"]) == {"p50"}
    assert (
        len(told["pain"]["time_h"]) == len(told["pain"]["rivals"]["averaged"]["pain"]["p50"]) <= MOST_POINTS
    )


def test_levels_rise_and_fall_in_the_first_session(told: dict[str, Any]) -> None:
    levels = told["first_session"]["curves"]["ketamine"]
    assert levels["unit"] == "ng/mL"
    assert levels["p50"][0] == 0.0
    assert max(levels["p50"]) == pytest.approx(told["peaks"]["ketamine"]["p50"], rel=1e-3)
    assert levels["p50"][-1] < 0.2 * max(levels["p50"])


def test_an_answer_is_small_and_plain_json(told: dict[str, Any]) -> None:
    assert len(json.dumps(told, allow_nan=False)) < 200_000


def test_the_untreated_stand_beside(told: dict[str, Any]) -> None:
    treated, untreated = (told[key]["rivals"]["none"]["pain"]["p50"] for key in ("pain", "untreated"))
    assert min(treated) < min(untreated)


@pytest.mark.parametrize("path", ["/etc/passwd", "../secret.yaml", "trial.yaml", "file.csv"])
def test_a_path_is_never_opened(path: str) -> None:
    with pytest.raises(RegimenError):
        ordered(path, 90.0)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"regimen": "placebo", "days": 1e308}, "days = 1e.308: input should be less than"),
        (
            {"regimen": "placebo", "weight_kg": float("nan")},
            "weight_kg = nan: input should be a finite number",
        ),
        ({"regimen": "placebo", "patients": 10**7}, "patients = 10000000: input should be less than"),
        ({"regimen": "placebo", "condition": "/etc/x.yaml"}, "no '/etc/x.yaml' among the conditions"),
        ({"regimen": "placebo", "model": "../x.yaml"}, "among the pharmacokinetics"),
        ({"regimen": "placebo", "allow_extreme": True}, "no value called 'allow_extreme'"),
        ({"regimen": "x" * 5000}, "regimen = 'x"),
    ],
)
def test_a_request_out_of_bounds_is_refused_in_a_sentence(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as refused:
        CourseRequest.of(values)
    assert len(str(refused.value)) < 250


def test_answers_forget_the_least_recently_used_and_never_exceed_their_bound() -> None:
    answers = Answers(10)
    answers.put("a", b"12345")
    answers.put("b", b"12345")
    answers.get("a")
    answers.put("c", b"12345")
    answers.put("d", b"12345678901")
    assert (answers.get("a"), answers.get("b"), answers.get("d")) == (b"12345", None, None)
    assert len(answers) == 2


def test_a_course_of_too_many_doses_is_refused_before_anything_is_simulated() -> None:
    hourly = "ketamine 5 mg oral every 1 h for 365 days"
    with pytest.raises(InputError, match=r"8760 doses in 365 days.* at most 5000 .*shorten it"):
        ordered(hourly, 365.0)
    assert not isinstance(ordered(hourly, 90.0), str)


def test_every_session_of_a_long_course_is_seen() -> None:
    """Ninety doses: lines between the points that are kept miss none of the rows that were computed."""
    x = np.linspace(0.0, 60.0, 841)
    levels = np.where(x < 30.0, np.abs(np.sin(2.0 * np.pi * x)), 0.0)
    kept = thin(x, levels[None, :])
    assert np.abs(np.interp(x, x[kept], levels[kept]) - levels).max() <= INVISIBLE


def test_what_cannot_be_seen_is_left_out() -> None:
    x = np.linspace(0.0, 10.0, 2001)
    assert len(thin(x, np.stack([x, x**2]))) < 40
