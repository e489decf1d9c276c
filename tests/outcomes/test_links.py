"""Linked outcomes: exact solutions, another integrator, the trials behind the default of no link, and refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from painloop.errors import InputError
from painloop.outcomes import links

DAY = 24.0
NAMES = links.known_links()
TIMES = np.concatenate([np.arange(0.0, 24.0, 0.5), np.arange(24.0, 91 * 24.0, 24.0)])


def of(name: str, parameter: str) -> float:
    return links.load(name).parameters[parameter].number


@pytest.mark.parametrize("name", NAMES)
def test_a_file_says_which_outcome_it_is_and_starts_between_its_ends(name: str) -> None:
    outcome = links.load(name)
    assert (outcome.endpoint, outcome.form) == (name, "link")
    low, high = sorted((of(name, "best"), of(name, "worst")))
    assert low < of(name, "baseline") < high
    assert (outcome.bins.low, outcome.bins.high) == (low, high)
    assert 14 <= of(name, "tau") <= 56


@pytest.mark.parametrize("name", NAMES)
def test_no_outcome_follows_pain_unless_a_user_says_so(name: str) -> None:
    """Sigtermans 2009: pain fell by more than half and function did not change."""
    assert links.strengths({})[name] == 0.0
    pain = 7.0 - 6.0 * np.exp(-TIMES[:, None] / 500.0) * np.ones(3)
    found = links.trajectories(links.load(name), pain, np.full(3, 7.0), TIMES, 0.0)
    assert (found == of(name, "baseline")).all()
    assert found.shape == pain.shape


def test_the_default_of_function_names_the_trial_that_saw_none() -> None:
    link = links.load("function").parameters["link"]
    assert "Sigtermans 2009" in link.source
    assert link.confidence == "assumed"
    assert links.load("function").disagreements[0].says.startswith("interference 7.0 before")


@pytest.mark.parametrize("link", [0.3, 1.0, 1.7])
def test_constant_pain_gives_the_exponential_of_the_equation(link: float) -> None:
    outcome, tau = links.load("function"), of("function", "tau") * DAY
    target = 7.0 * (3.5 / 7.0) ** link
    found = links.trajectories(outcome, np.full(TIMES.size, 3.5), 7.0, TIMES, link)
    np.testing.assert_allclose(found, target + (7.0 - target) * np.exp(-TIMES / tau), rtol=1e-12)


def test_pain_that_is_straight_between_times_is_followed_exactly_by_a_link_of_one() -> None:
    """X' = (a + b t - X)/tau has X = a + b (t - tau) + c exp(-t/tau), on two times only."""
    tau = of("function", "tau") * DAY
    time = np.array([0.0, 2000.0])
    found = links.trajectories(links.load("function"), np.array([7.0, 3.0]), 7.0, time, 1.0)
    b = (3.0 - 7.0) / 2000.0
    assert found[-1] == pytest.approx(7.0 + b * (2000.0 - tau) + b * tau * math.exp(-2000.0 / tau), rel=1e-12)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("link", [0.4, 1.0, 2.0])
def test_a_curved_course_is_that_of_another_integrator(name: str, link: float) -> None:
    """Relief that comes and goes, patients side by side; daily points leave the target's curvature, below 1e-3."""
    depth = np.array([0.0, 0.3, 0.8])
    p = {key: value.number for key, value in links.load(name).parameters.items()}

    def pain(t: float) -> np.ndarray:
        return 7.0 * (1.0 - depth * (1.0 - math.exp(-t / 100.0)) * math.exp(-t / 600.0))

    def slope(t: float, x: np.ndarray) -> np.ndarray:
        target = p["best"] + (p["baseline"] - p["best"]) * (pain(t) / 7.0) ** link
        return (target - x) / (p["tau"] * DAY)

    wanted = solve_ivp(
        slope,
        (0.0, TIMES[-1]),
        np.full(3, p["baseline"]),
        t_eval=TIMES,
        rtol=1e-9,
        atol=1e-11,
        method="DOP853",
    ).y.T
    course = np.stack([pain(t) for t in TIMES])
    found = links.trajectories(links.load(name), course, np.full(3, 7.0), TIMES, link)
    np.testing.assert_allclose(found, wanted, atol=1e-3 * abs(p["best"] - p["worst"]))
    assert (found[:, 0] == p["baseline"]).all()


@pytest.mark.parametrize("name", ["work", "quality_of_life"])
def test_a_good_rises_when_pain_falls_and_a_burden_falls(name: str) -> None:
    half = np.where(TIMES > 0, 3.5, 7.0)
    assert links.trajectories(links.load(name), half, 7.0, TIMES, 1.0)[-1] > of(name, "baseline")
    assert links.trajectories(links.load("sleep"), half, 7.0, TIMES, 1.0)[-1] < of("sleep", "baseline")


@given(
    st.sampled_from(NAMES),
    st.floats(0.0, 2.0),
    st.floats(0.0, 10.0),
    st.lists(st.floats(0.0, 10.0), min_size=2, max_size=12),
)
def test_an_outcome_stays_between_its_best_and_its_worst(
    name: str, link: float, before: float, course: list[float]
) -> None:
    time = np.linspace(0.0, 5000.0, len(course))
    found = links.trajectories(links.load(name), np.array(course), before, time, link)
    low, high = sorted((of(name, "best"), of(name, "worst")))
    assert np.isfinite(found).all()
    assert (found >= low - 1e-9).all()
    assert (found <= high + 1e-9).all()
    assert found[0] == of(name, "baseline")


def test_pain_that_was_never_there_explains_nothing() -> None:
    found = links.trajectories(links.load("sleep"), np.array([0.0, 5.0]), 0.0, np.array([0.0, 1000.0]), 1.0)
    assert (found == of("sleep", "baseline")).all()


@pytest.mark.parametrize(
    ("name", "published", "ends"),
    [
        ("function", "link_two_months", (6.1 / 7.0, 5.9 / 6.5)),
        ("function", "link_after_course", (1.0 - 0.33, 1.0 - 0.52)),
        ("anxiety", "link_after_course", (1.0 - 0.36, 1.0 - 0.52)),
    ],
)
def test_links_of_cohorts_without_control_are_those_of_their_printed_numbers(
    name: str, published: str, ends: tuple[float, float]
) -> None:
    """Two cohorts disagree with the default: ln of the outcome's ratio over ln of pain's; two digits are kept."""
    outcome, pain = ends
    assert links.load(name).published[published].number == pytest.approx(
        math.log(outcome) / math.log(pain), abs=0.005
    )


def test_no_accepted_link_explains_the_fall_of_opioids_in_a_cohort() -> None:
    """191 to 93 MME/d while severity went 6.5 to 5.9: a taper, not a consequence of pain."""
    assert math.log(93.0 / 191.0) / math.log(5.9 / 6.5) > 3.0 * links.LARGEST


def test_links_are_read_as_name_and_strength() -> None:
    assert links.parse(["function=0.3", " sleep = 1 "]) == {"function": 0.3, "sleep": 1.0}
    assert links.strengths({"function": 0.3})["function"] == 0.3


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["functoin=0.3"], "did you mean function"),
        (["qqq=0.3"], "use one of function, sleep"),
        (["function"], "write it as function=0.3"),
        (["function=much"], "from 0 to 2"),
        (["function=2.1"], "function=2.1"),
        (["function=-0.1"], "from 0 to 2"),
        (["function=nan"], "from 0 to 2"),
        (["function=1", "function=2"], "given twice"),
    ],
)
def test_a_wrong_link_is_refused_in_one_sentence(texts: list[str], said: str) -> None:
    with pytest.raises(InputError, match=said.replace(".", r"\.")) as refused:
        links.parse(texts)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)


def test_the_report_is_told_every_link_and_who_set_it() -> None:
    told = {one.name: one for one in links.described({"sleep": 0.5})}
    assert set(told) == {*NAMES, "mood"}
    assert (told["sleep"].link, told["sleep"].source) == (0.5, "the user")
    assert told["function"].link == 0.0
    assert "CRPS" in told["function"].says
