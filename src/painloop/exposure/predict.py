"""``exposure``: what a pharmacologist asks of a regimen: levels over time, peaks, areas, levels at given times."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from painloop._version import __version__
from painloop.core.startup import configure
from painloop.errors import InputError
from painloop.patient import population
from painloop.regimen import Regimen, Schedule, expand, read
from painloop.regimen import format as print_regimen

if TYPE_CHECKING:
    from painloop.exposure.levels import Levels
    from painloop.exposure.system import Part

PERCENTILES = (5, 50, 95)
BATCH = 255
"""People that run beside the typical one."""
MOST_PATIENTS = 100_000
SETTLING_H = 24.0
"""Watched after the last dose ends, h, unless a horizon is given."""
CLOSE_STEP_H, CLOSE_H = 1.0 / 60.0, 4.0
FAR_STEP_H = 0.25
MOST_TIMES = 20_000
AFTER_H = 1e-5
"""How long after an injected dose its peak is read, h: at the dose itself the level is still that before it."""


@dataclass(frozen=True)
class Metrics:
    """Peak (ng/mL), its time (h), area to infinity (ng h/mL) and levels at times (h), each (patients,)."""

    cmax_ng_ml: np.ndarray
    tmax_h: np.ndarray
    auc_ng_h_ml: np.ndarray
    at: Mapping[float, np.ndarray]


@dataclass(frozen=True)
class Exposure:
    """Levels of a typical person and, where asked for, of a population of the same body.

    Attributes
    ----------
    time_h : (times,). typical : analyte -> (times,). bands : analyte -> (times, 3), percentiles 5, 50, 95.
    metrics, spread : analyte -> :class:`Metrics` of the typical person and of the population.
    """

    regimen_text: str
    model: str
    reason: str
    sampling: str
    time_h: np.ndarray
    typical: Mapping[str, np.ndarray]
    bands: Mapping[str, np.ndarray]
    metrics: Mapping[str, Metrics]
    spread: Mapping[str, Metrics]
    patients: int
    warnings: list[str]
    provenance: Mapping[str, Any]
    sessions_h: list[tuple[float, float]] = field(default_factory=list)


def exposure(
    regimen: str | Regimen,
    *,
    model: str | None = None,
    sampling: str | None = None,
    fraction: float | None = None,
    weight_kg: float = 70.0,
    age_y: float = 45.0,
    female: bool = False,
    asian: bool = False,
    japanese: bool = False,
    patients: int = 200,
    hours: float | None = None,
    at_h: Sequence[float] = (),
    steady_state: bool = False,
    residual: bool = False,
    seed: int = 1,
    allow_extreme: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Exposure:
    """Predict drug and metabolite levels of a regimen.

    Parameters
    ----------
    regimen : a sentence, a published course's id, or a file.
    model, sampling, fraction : see :func:`painloop.exposure.choice.choose`.
    weight_kg, age_y, female, asian, japanese : the body; covariates that a model does not use have no effect.
    patients : people of that body who differ by what the model says of variability; 0 leaves them out.
    hours : horizon, h; default until a day after the last dose.
    at_h : times to report besides the end of the last infusion or injection into a vein, h.
    steady_state : begin at the steady state of repeating the interval between the first two doses.
    residual : add the model's residual error to the population's levels (what would be measured); a peak is then one
        reading at the time of the true peak.

    Raises
    ------
    InputError
        When a value is out of range or no model fits.
    """
    from painloop.exposure import levels
    from painloop.exposure.choice import choose
    from painloop.exposure.validity import warnings_of

    _check(weight_kg, age_y, patients, hours, at_h)
    order = regimen if isinstance(regimen, Regimen) else read(regimen, allow_extreme=allow_extreme)
    if not order.prescriptions:
        raise InputError(
            "A placebo has no drug levels; give a regimen such as 'ketamine 0.5 mg/kg iv over 40 min'."
        )
    configure()
    choice = choose(order, model, sampling, fraction)
    schedule, end = _schedule(order, hours, at_h)
    course = levels.Course.of(choice, schedule)
    interval = _interval(schedule) if steady_state else None
    reported = _reported(schedule, at_h)
    times = _times(schedule, end, reported)
    body = population.alike(1, weight_kg, age_y, female, asian, japanese)
    gathered = _Gathered(course.choice.parts, reported, seed, residual)
    for start in range(0, max(patients, 1), BATCH):
        wanted = min(BATCH, patients - start)
        people = _people(body, start, 1 + (BATCH if wanted else 0))
        gathered.add(
            levels.predict(
                course,
                people,
                times,
                seed=seed if wanted else None,
                typical_first=True,
                steady_interval_h=interval,
            ),
            start,
            wanted,
        )
        if progress is not None:
            progress(start + wanted, patients)
    return Exposure(
        regimen_text=print_regimen(order),
        model=", ".join(part.model.id for part in choice.parts),
        reason="; ".join(choice.reasons),
        sampling=", ".join(dict.fromkeys(part.model.sampling for part in choice.parts)),
        time_h=times,
        typical=gathered.typical,
        bands=gathered.bands(),
        metrics=gathered.metrics,
        spread=gathered.spread(),
        patients=patients,
        warnings=_unfollowed(schedule)
        + warnings_of(choice, schedule, body.weight_kg, body.age_y, patients > 0),
        provenance={
            "painloop": __version__,
            "seed": seed,
            "files": [f"pharmacokinetics/{part.model.id}" for part in choice.parts],
            "body": {"weight_kg": weight_kg, "age_y": age_y, "female": female},
        },
        sessions_h=[(e.start_h, e.start_h + e.duration_h) for e in schedule.events],
    )


def _check(weight_kg: float, age_y: float, patients: int, hours: float | None, at_h: Sequence[float]) -> None:
    def within(what: str, value: float, low: float, high: float, unit: str, example: str) -> None:
        if not low <= value <= high:
            raise InputError(
                f"The {what} {value:g} is outside {low:g} to {high:g} {unit}; give one within, {example}."
            )

    within("weight", weight_kg, 2, 350, "kg", "such as --weight 70")
    within("age", age_y, 0, 120, "years", "such as --age 45")
    within("number of patients", patients, 0, MOST_PATIENTS, "patients", "such as --patients 200")
    if hours is not None:
        within("horizon", hours, 0.01, 24 * 366, "h", "such as --hours 24")
    for time in at_h:
        within("time", time, 0, hours if hours is not None else 24 * 366, "h", "or raise --hours")


def _schedule(order: Regimen, hours: float | None, at_h: Sequence[float]) -> tuple[Schedule, float]:
    schedule = expand(order, hours if hours is not None else 24.0 * 92)
    if not schedule.events:
        raise InputError(f"No dose falls within {hours:g} h; raise --hours.")
    end = (
        hours if hours is not None else max(_last_end(schedule) + SETTLING_H, *(float(t) for t in at_h), 0.0)
    )
    return schedule, end


def _unfollowed(schedule: Schedule) -> list[str]:
    if not schedule.rules:
        return []
    return [
        "What depends on pain or side effects ('repeat when', 'lower when') is not followed here; use simulate."
    ]


def _last_end(schedule: Schedule) -> float:
    return max(event.start_h + event.duration_h for event in schedule.events)


def _injections(schedule: Schedule) -> list[float]:
    return [event.start_h for event in schedule.events if event.route == "iv" and event.duration_h == 0.0]


def _reported(schedule: Schedule, at_h: Sequence[float]) -> list[float]:
    """The end of the last infusion (after an injection: its peak) and the times asked for, each key of ``at`` once.

    Nothing ends after a dose that is absorbed from a depot: such orders have only the times asked for.
    """
    ends = [e.start_h + e.duration_h for e in schedule.events if e.duration_h > 0.0 or e.route == "iv"]
    last = [max(ends) + AFTER_H if max(ends) in _injections(schedule) else max(ends)] if ends else []
    wanted = [*last, *(float(time) for time in at_h)]
    return sorted({f"{time:.3f}": time for time in reversed(wanted)}.values())


def _interval(schedule: Schedule) -> float:
    starts = sorted({event.start_h for event in schedule.events if event.session in (0, 1)})
    sessions = sorted({(event.session, event.start_h) for event in schedule.events})
    firsts = [min(t for s, t in sessions if s == k) for k in sorted({s for s, _ in sessions})]
    if len(firsts) < 2 or not starts:
        raise InputError(
            "A steady state needs a repeated dose; order one such as 'ketamine 25 mg oral every 8 h'."
        )
    return firsts[1] - firsts[0]


def _times(schedule: Schedule, end: float, reported: Sequence[float]) -> np.ndarray:
    """Every minute for four hours after each change of dose, else every quarter of an hour; coarser if too many."""
    changes = sorted({t for e in schedule.events for t in (e.start_h, e.start_h + e.duration_h) if t < end})
    close = np.arange(0.0, CLOSE_H + 1e-9, CLOSE_STEP_H)
    if len(changes) * len(close) > MOST_TIMES:
        close = np.arange(0.0, CLOSE_H + 1e-9, FAR_STEP_H)
    wanted = [np.arange(0.0, end, FAR_STEP_H), np.array([0.0, end]), np.asarray(reported, float)]
    wanted += [np.array([change]) + close for change in changes]
    wanted += [np.array(_injections(schedule)) + AFTER_H]
    times = np.sort(np.concatenate(wanted))
    times = times[times <= end + 1e-9]
    return times[np.concatenate([[True], np.diff(times) > 1e-6])]


def _metrics(
    times: np.ndarray, values: np.ndarray, area: np.ndarray, reported: Sequence[float], peak: np.ndarray
) -> Metrics:
    """Metrics of levels that peak in the rows ``peak``: those of the drug, not of the scatter of many readings."""
    columns = np.arange(values.shape[1])
    at = {t: values[np.argmin(np.abs(times - t))] for t in reported if t <= times[-1] + 1e-9}
    return Metrics(values[peak, columns], times[peak], area, at)


_BODY = ("weight_kg", "age_y", "female", "asian", "japanese")


def _people(body: population.People, start: int, count: int) -> population.People:
    """Copies of one body, counted from ``start``."""
    return population.People(start, *(np.resize(getattr(body, name), count) for name in _BODY))


class _Gathered:
    """Collects the typical person and the batches of the population."""

    def __init__(self, parts: tuple[Part, ...], reported: Sequence[float], seed: int, residual: bool) -> None:
        self.parts, self.reported, self.seed, self.residual = parts, reported, seed, residual
        self.typical: dict[str, np.ndarray] = {}
        self.metrics: dict[str, Metrics] = {}
        self.parts_of: dict[str, list[Metrics]] = {}
        self.values: dict[str, list[np.ndarray]] = {}

    def add(self, batch: Levels, start: int, wanted: int) -> None:
        """Take in a batch whose first person is typical and whose next ``wanted`` are drawn."""
        from painloop.exposure.residual import measured

        for name, both in batch.concentration.items():
            area = batch.area[name]
            if name not in self.typical:
                self.typical[name] = both[:, 0]
                first = both[:, :1]
                self.metrics[name] = _metrics(
                    batch.time_h, first, area[:1], self.reported, first.argmax(axis=0)
                )
            if not wanted:
                continue
            values = true = both[:, 1 : wanted + 1]
            if self.residual:
                values = measured(self.parts, name, true, self.seed, start)
            found = _metrics(batch.time_h, values, area[1 : wanted + 1], self.reported, true.argmax(axis=0))
            self.parts_of.setdefault(name, []).append(found)
            self.values.setdefault(name, []).append(values.astype(np.float32))

    def bands(self) -> dict[str, np.ndarray]:
        """Percentiles over time."""
        joined = {name: np.concatenate(parts, axis=1) for name, parts in self.values.items()}
        return {name: np.percentile(values, PERCENTILES, axis=1).T for name, values in joined.items()}

    def spread(self) -> dict[str, Metrics]:
        """Metrics of the population."""
        return {name: _joined(parts) for name, parts in self.parts_of.items()}


def _joined(parts: list[Metrics]) -> Metrics:
    def join(name: str) -> np.ndarray:
        return np.concatenate([getattr(part, name) for part in parts])

    at = {t: np.concatenate([part.at[t] for part in parts]) for t in parts[0].at}
    return Metrics(join("cmax_ng_ml"), join("tmax_h"), join("auc_ng_h_ml"), at)
