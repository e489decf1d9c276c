"""A trial of the library made ready to run: arms that can be predicted, numbers, sequences, visits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from painloop import library
from painloop.errors import InputError
from painloop.exposure.choice import choose
from painloop.library.schema.courses import Course, Observed
from painloop.library.schema.effects import Statement
from painloop.library.schema.trials import Contrast, Trial, TrialArm, Visit
from painloop.outcomes import cotreatments
from painloop.outcomes.cotreatments import Given
from painloop.simulation import plan as planning
from painloop.trial import cautions, events
from painloop.trial.own_file import of_name
from painloop.trial.periods import sequences, visits
from painloop.trial.statistics import HOURS_PER_DAY as HOURS_PER_DAY

LONGEST_D = 3650.0
"""Days of a trial, follow-up and all periods included."""
OF_OTHER_COMMANDS = (
    ", or pass --allow-extreme (allow_extreme=True)",
    ", and --model takes a file of your own",
)
"""Remedies that a trial does not have."""
PEOPLE_IN_AN_ARM = 30
"""Participants of an arm where no arm has a number; the protocol says when it is used."""


@dataclass(frozen=True)
class LeftOut:
    """An arm that cannot be predicted, and why."""

    arm: str
    reason: str


@dataclass(frozen=True)
class Protocol:
    """What is needed to run a trial.

    Attributes
    ----------
    trial : the library file.
    condition : id of the condition.
    arms, numbers : arms that can be predicted, and participants of each; in a crossover all arms have the same ones.
    beside : co-treatments with a file, one tuple an arm.
    left_out : the other arms.
    sequences : indices of arms period by period; in a parallel trial one arm each.
    visits : in order; days count from the start of a period.
    observed, contrasts, findings : printed results, those of the published course included.
    says : what had to be supposed, one sentence each.
    """

    trial: Trial
    condition: str
    arms: tuple[TrialArm, ...]
    numbers: tuple[int, ...]
    beside: tuple[tuple[Given, ...], ...]
    left_out: tuple[LeftOut, ...]
    sequences: tuple[tuple[int, ...], ...]
    visits: tuple[Visit, ...]
    observed: tuple[Observed, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    findings: tuple[Statement, ...] = ()
    says: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the arms that are predicted."""
        return tuple(arm.name for arm in self.arms)

    @property
    def periods(self) -> int:
        """Periods of each participant; 1 unless the trial is a crossover."""
        return len(self.sequences[0])

    @property
    def participants(self) -> int:
        """Participants of one replicate."""
        return max(self.numbers) if self.trial.crossover else sum(self.numbers)

    @cached_property
    def visit_days(self) -> np.ndarray:
        """Planned days of the visits within a period, (visits,)."""
        return np.array([visit.day for visit in self.visits])

    @property
    def horizon_d(self) -> float:
        """Follow-up of a period, days: to the end of the last visit's window."""
        return max(visit.day + visit.late_d for visit in self.visits)

    @property
    def starts_d(self) -> np.ndarray:
        """Day on which each period starts, (periods,)."""
        crossover = self.trial.crossover
        step = crossover.period_d + crossover.washout_d if crossover else 0.0
        return step * np.arange(self.periods)

    @property
    def end_d(self) -> float:
        """Day of the end of the trial."""
        return float(self.starts_d[-1]) + self.horizon_d

    def visit(self, name: str | None) -> int:
        """Place of a visit; of the last one without a name."""
        return len(self.visits) - 1 if name is None else [one.name for one in self.visits].index(name)


def read(trial: str | Trial) -> Protocol:
    """Make a trial ready to run.

    Parameters
    ----------
    trial : id of a library trial, path of a .yaml file, or an entry.

    Raises
    ------
    InputError : no arm with ketamine can be predicted, the condition is unknown, or nothing says when to look.

    Examples
    --------
    >>> read("nobody-1900")
    Traceback (most recent call last):
    painloop.errors.LibraryError: There is no entry in trials named 'nobody-1900'; see painloop library list.
    """
    entry = of_name(trial) if isinstance(trial, str) else trial
    reasons = {arm.name: _reason(arm, entry.status == "published") for arm in entry.arms}
    left_out = tuple(LeftOut(name, reason) for name, reason in reasons.items() if reason)
    arms = tuple(arm for arm in entry.arms if not reasons[arm.name])
    condition = _condition(entry)
    events.check(entry)
    if not any(arm.role == "ketamine" for arm in arms):
        why = "; ".join(f"{one.arm}: {one.reason}" for one in left_out) or "it has none"
        raise InputError(
            f"The trial {entry.id} has no ketamine arm that can be predicted ({why}); give a regimen that "
            "painloop exposure can compute."
        )
    course: Course | None = library.load("regimens", entry.course) if entry.course else None
    observed = (*entry.observed, *(course.observed if course else ()))
    beside, unknown = _beside(arms)
    numbers, supposed = _numbers(entry, arms)
    return _not_too_long(Protocol(
        entry, condition, arms, numbers, beside, left_out, sequences(entry, arms), visits(entry, observed),
        observed, entry.contrasts, (*entry.findings, *(course.findings if course else ())),
        (*supposed, *unknown, *cautions.of_endpoints(entry)),
    ))  # fmt: skip


def _not_too_long(protocol: Protocol) -> Protocol:
    if protocol.end_d > LONGEST_D:
        raise InputError(
            f"The trial {protocol.trial.id} lasts {protocol.end_d:,.12g} days and {LONGEST_D:,g} are the most; give "
            "earlier visits, or shorter periods."
        )
    return protocol


def _condition(entry: Trial) -> str:
    if entry.condition is None:
        raise InputError(
            f"The trial {entry.id} has no condition, so its people cannot be drawn; give one, see painloop "
            "library list conditions."
        )
    return str(library.load("conditions", entry.condition).id)


def _reason(arm: TrialArm, published: bool) -> str | None:
    """Why an arm cannot be predicted; None when it can. Published doses are run however high they are."""
    if arm.role == "placebo":
        return None
    if arm.role == "active":
        if arm.control is None:
            return "no file of the effect of its drug"
        library.load("controls", arm.control)
        return None
    if arm.regimen is None:
        return "its regimen could not be read" if published else "it has no regimen"
    try:
        regimen = planning.read(arm.regimen, allow_extreme=published).regimen
        if not regimen.prescriptions:
            return "its regimen holds no drug"
        choose(regimen)
    except InputError as refusal:
        return _as_of_a_trial(str(refusal))
    return None


def _as_of_a_trial(refusal: str) -> str:
    """A refusal of a regimen without its full stop and without remedies that only other commands have."""
    for remedy in OF_OTHER_COMMANDS:
        refusal = refusal.replace(remedy, "")
    return refusal.rstrip(".")


def _numbers(entry: Trial, arms: tuple[TrialArm, ...]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Participants of each arm, and what was supposed of them."""
    if entry.escalation is not None:
        people = 2 * entry.escalation.cohort
        return (people,) * len(arms), (f"Two cohorts, {people} people, are drawn at each dose.",)
    known = [arm.n for arm in arms if arm.n is not None]
    usual = round(sum(known) / len(known)) if known else PEOPLE_IN_AN_ARM
    numbers = tuple(arm.n or usual for arm in arms)
    if entry.allocation.ratio is not None and not known:
        share = [entry.allocation.ratio[entry.arms.index(arm)] for arm in arms]
        numbers = tuple(round(usual * len(arms) * one / sum(share)) for one in share)
    guessed = [arm.name for arm in arms if arm.n is None]
    if not guessed:
        return numbers, ()
    why = "the mean of the other arms" if known else "no arm has a number"
    return numbers, (f"The numbers of {', '.join(guessed)} are supposed ({why}): {usual} an arm.",)


def _beside(arms: tuple[TrialArm, ...]) -> tuple[tuple[tuple[Given, ...], ...], tuple[str, ...]]:
    """Co-treatments of each arm that have a file; of the others no effect on pain is known."""
    found: list[tuple[Given, ...]] = []
    unknown: list[str] = []
    for arm in arms:
        own = []
        for text in arm.beside:
            try:
                own.append(cotreatments.parse(text))
            except InputError:
                unknown.append(text)
        found.append(tuple(own))
    says = (
        f"No file gives an effect on pain of {', '.join(dict.fromkeys(unknown))} beside the arms, so it has none here.",
    )
    return tuple(found), says if unknown else ()
