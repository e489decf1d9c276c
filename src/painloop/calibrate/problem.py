"""All that a calibration weighs: trials, designs, grids, and what each point expects of each printed value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from painloop import library
from painloop.calibrate.choices import Choices
from painloop.calibrate.courses import CourseOf, Given
from painloop.calibrate.design import Design
from painloop.calibrate.expected import People, courses_of, expected
from painloop.calibrate.fit import Fit, Grids, TrialTable
from painloop.calibrate.grids import placebo_grid, shared_grid, spread_grid
from painloop.calibrate.likelihood import Spreads, trial_likelihood
from painloop.calibrate.observations import Compared, Datum, FittedTrial
from painloop.calibrate.predictions import Move, simulate_all

Keep = Callable[[FittedTrial, Datum], bool]


@dataclass(frozen=True)
class Problem:
    """Trials and what every rival expects of them.

    Attributes
    ----------
    designs : rival -> its points; those at which nothing can be computed have no weight.
    given : what each course does.
    people : people of each trial, and of those that were only compared.
    expected : rival -> trial -> one array (points, shared, probabilities) a printed value.
    """

    trials: tuple[FittedTrial, ...]
    designs: Mapping[str, Design]
    grids: Grids
    given: Mapping[CourseOf, Given]
    people: Mapping[str, People]
    expected: Mapping[str, Mapping[str, tuple[np.ndarray, ...]]]

    def courses(self, trial: FittedTrial) -> dict[str, Given | None]:
        """Arm -> what it is given."""
        by_regimen = {(c.regimen, c.condition): g for c, g in self.given.items()}
        return {
            arm: None if regimen is None else by_regimen[regimen, trial.condition]
            for arm, regimen in trial.arms.items()
        }

    def fit(self, rival: str, keep: Keep | None = None, bias: float = 0.0) -> Fit:
        """Weigh one rival by the trials, or by the values that ``keep`` keeps."""
        spreads = Spreads(self.grids.shift[0], self.grids.effect[0], Choices.load().grids["hermite"])
        tables = []
        for trial in self.trials:
            pairs = list(zip(trial.data, self.expected[rival][trial.id], strict=True))
            kept = [pair for pair in pairs if keep is None or keep(trial, pair[0])]
            if not kept:
                continue
            data, values = zip(*kept, strict=True)
            table = trial_likelihood(data, values, spreads, stability(trial.condition), bias)
            tables.append(TrialTable(trial.id, trial.cluster, trial.condition, table.astype(np.float32)))
        return Fit(self.designs[rival], self.grids, tuple(tables))


def stability(condition: str) -> float:
    """Correlation of a person's ratings at different times, from the condition file."""
    found = library.load("conditions", condition).regression_to_the_mean.stability_r.number
    return float(found)


def grids_for(conditions: Sequence[str], assumed: bool = False) -> Grids:
    """The grids of a calibration with trials in some conditions; ``assumed``: placebo comes as their files say."""
    numbers = Choices.load().numbers
    return Grids(
        shared_grid(assumed),
        {one: placebo_grid(library.load("conditions", one)) for one in conditions},
        spread_grid(numbers["shift_spread"]),
        spread_grid(numbers["effect_spread"]),
    )


def pose(
    trials: Sequence[FittedTrial],
    designs: Mapping[str, Design],
    people: int,
    seed: int,
    compared: Sequence[Compared] = (),
    also_h: Sequence[float] = (),
    move: Move | None = None,
) -> Problem:
    """Simulate every course once and work out what each point expects.

    Parameters
    ----------
    compared, also_h : regimens that were compared with no drug, and when they are, h.
    """
    given = simulate_all(courses_of(trials, compared, also_h), designs, people, seed, move)
    designs = {rival: _possible(design, given) for rival, design in designs.items()}
    everyone: list[FittedTrial | Compared] = [*trials, *compared]
    conditions = tuple(dict.fromkeys(one.condition for one in everyone))
    grids = grids_for(conditions)
    drawn = {one.id: People.of(one.condition, seed, people, one.baseline) for one in everyone}
    return _worked_out(Problem(tuple(trials), designs, grids, given, drawn, {}))


def with_assumed_onset(problem: Problem) -> Problem:
    """The same with placebo responses that come as fast as the condition files assume."""
    return _worked_out(replace(problem, grids=grids_for(tuple(problem.grids.placebo), assumed=True)))


def _worked_out(problem: Problem) -> Problem:
    found = {
        rival: {trial.id: _expected(problem, trial, rival) for trial in problem.trials}
        for rival in problem.designs
    }
    return replace(problem, expected=found)


def _expected(problem: Problem, trial: FittedTrial, rival: str) -> tuple[np.ndarray, ...]:
    courses, people = problem.courses(trial), problem.people[trial.id]
    shared, placebo = problem.grids.shared, problem.grids.placebo[trial.condition][0]
    values = [expected(datum, people, courses, rival, shared, placebo) for datum in trial.data]
    usable = np.isfinite(problem.designs[rival].log_weight)
    return tuple(_filled(one, usable) for one in values)


def _filled(values: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """A number in place of what could not be computed, at points that have no weight."""
    if len(values) == 1:
        return values
    return np.where(usable[:, None, None], values, values[usable].mean(axis=0))


def _possible(design: Design, given: Mapping[CourseOf, Given]) -> Design:
    """The design without weight where a course cannot be computed, such as pain that no input keeps up."""
    if not design.priors:
        return design
    usable = np.ones(design.size, bool)
    for one in given.values():
        usable &= np.isfinite(one.relief[design.rival]).all(axis=(1, 2))
    log_weight = np.where(usable, design.log_weight, -np.inf)
    shares = np.exp(log_weight)
    return Design(design.rival, design.priors, design.z, log_weight - np.log(shares.sum()))
