"""``simulate``: a regimen in a virtual population, every rival on the same persons, summarised batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from painloop.core.startup import configure
from painloop.errors import InputError
from painloop.regimen import Regimen
from painloop.simulation import course
from painloop.simulation import plan as planning
from painloop.simulation.accumulate import EXACT_UP_TO
from painloop.simulation.persons import Who
from painloop.simulation.posterior import PUBLISHED, with_posterior
from painloop.simulation.result import Result
from painloop.simulation.settings import settings

MOST_PATIENTS = 10_000_000
LEAST_DAYS, MOST_DAYS = 0.001, 3650.0


def simulate(
    regimen: str | Regimen,
    *,
    condition: str | None = None,
    patients: int = 1000,
    days: float = 90.0,
    loop: str = "all",
    model: str | None = None,
    sampling: str | None = None,
    fraction: float | None = None,
    weight_kg: float | None = None,
    age_y: float | None = None,
    female: bool | None = None,
    baseline: float | None = None,
    seed: int = 1,
    at_h: Sequence[float] = (),
    placebo: bool = False,
    individuals: bool = False,
    links: Mapping[str, float] | None = None,
    beside: Sequence[str] = (),
    unblinding: float = 0.0,
    scenario: str | None = None,
    parameters: str = PUBLISHED,
    allow_extreme: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Simulate a course of treatment from the pump to the pain diary.

    Parameters
    ----------
    regimen : a sentence, the id of a published course, a file, or ``"placebo"``.
    condition : id of a condition; default the course's own, else ``crps``.
    patients : 1 gives the typical patient without variability; at most ten million.
    days : horizon, d.
    loop : a rival's name, several separated by commas, or ``all``.
    model, sampling, fraction : see :func:`painloop.exposure.choice.choose`.
    weight_kg, age_y, female, baseline : hold for everyone; what is left out is drawn from the condition.
    seed : the same seed gives the same persons, whatever the number of patients.
    at_h : further times to report, h.
    individuals : keep every person's course too, for at most ten thousand (``<quantity>_individual``).
    links : how strongly other outcomes follow pain, such as ``{"function": 0.3}``; default what trials saw, 0.
    beside : co-treatments, such as ``"physiotherapy from day 7 to 60"``.
    unblinding : how far feeling the drug raises the odds of a placebo response, on the log-odds scale; default 0.
    scenario : ``"injury"`` starts on the day of an acute injury in people without chronic pain, whose pain resolves or
        turns chronic; the same people without ketamine are always simulated beside.
    parameters : ``published``, or ``posterior@VERSION`` for draws of a stored posterior, shared by people in a row, so
        that bands hold the uncertainty of the parameters too; the typical person has the median of the draws.
    placebo : also simulate the same persons without ketamine (``Result.comparator``).
    progress : called after every batch with patients done and patients in all.

    Raises
    ------
    InputError
        When a value is out of range or no model fits; the sentence names value, limit and remedy.

    Examples
    --------
    >>> import painloop
    >>> result = painloop.simulate("S-ketamine 0.5 mg/kg iv over 30 min", condition="fibromyalgia",
    ...                            patients=1, days=1)
    >>> float(result.dataset["block"].max()) < 1
    True
    """
    _check(patients, days, seed, at_h)
    if individuals and patients > EXACT_UP_TO:
        raise InputError(
            f"Individuals of {patients} patients are too many to keep; ask for {EXACT_UP_TO} or fewer, or leave "
            "individuals out."
        )
    supposed = settings(links or {}, beside, unblinding, scenario)
    who = Who(weight_kg, age_y, female, baseline, typical=patients == 1)
    configure()
    order = planning.read(regimen, allow_extreme)
    plan = planning.plan(order, condition, days, loop, model, sampling, fraction, supposed, at_h)
    plan = with_posterior(plan, parameters, patients, seed)
    result = course.carry_out(plan, who, patients, seed, progress, individuals)
    if not placebo and scenario is None:
        return result
    untreated = course.carry_out(planning.without_drug(plan), who, patients, seed, progress, individuals)
    return course.beside(result, untreated)


def _check(patients: int, days: float, seed: int, at_h: Sequence[float]) -> None:
    if not 1 <= patients <= MOST_PATIENTS:
        raise InputError(
            f"{patients} patients is outside 1 to {MOST_PATIENTS}; give a number within, such as 1000."
        )
    if not LEAST_DAYS <= days <= MOST_DAYS:
        raise InputError(
            f"{days:g} days is outside {LEAST_DAYS:g} to {MOST_DAYS:g}; give a horizon within, such as 90."
        )
    if not 0 <= seed < 2**63:
        raise InputError(f"The seed {seed} is outside 0 to 2**63 - 1; give a whole number such as 1.")
    for time in at_h:
        if not 0.0 <= time <= days * 24.0:
            raise InputError(
                f"The time {time:g} h is outside the horizon of {days * 24.0:g} h; raise --days or leave it out."
            )
