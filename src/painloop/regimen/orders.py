"""What was ordered, as immutable objects: a regimen of prescriptions, each a session repeated on a calendar.

Inside: h, mg, mg/h. An amount is of the form the prescription names (``base`` or ``HCl``); it becomes base where
a schedule is made. This module holds words and numbers only; what they mean in time is in ``schedule``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Drug = Literal["ketamine", "S-ketamine", "R-ketamine"]
Route = Literal["iv", "im", "sc", "nasal", "oral", "sublingual"]
Form = Literal["base", "HCl"]
Per = Literal["", "kg", "70kg"]
Quantity = Literal["dissociation", "drug high", "systolic pressure"]

INFUSED: tuple[Route, ...] = ("iv", "sc")
"""Routes that can be given over time; every other dose is a depot."""


@dataclass(frozen=True, slots=True)
class Dose:
    """An amount: ``mg`` mg, mg/kg or mg/70kg."""

    mg: float
    per: Per = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate: ``mg_per_h`` mg/h, mg/kg/h or mg/h/70kg."""

    mg_per_h: float
    per: Per = ""


@dataclass(frozen=True, slots=True)
class Give:
    """A dose, over ``duration_h`` hours or (0) at once."""

    dose: Dose
    duration_h: float = 0.0


@dataclass(frozen=True, slots=True)
class Infuse:
    """A constant rate for ``duration_h`` hours."""

    rate: Rate
    duration_h: float


@dataclass(frozen=True, slots=True)
class Ramp:
    """A rate that changes by ``step_mg_per_h`` every ``every_h`` hours from ``start`` until ``end_mg_per_h``.

    ``step_mg_per_h`` is positive whether the rate is raised or lowered; all rates are ``per`` the same.
    ``duration_h`` counts from the start and includes the time at the end rate.
    """

    start: Rate
    step_mg_per_h: float
    every_h: float
    end_mg_per_h: float
    duration_h: float


Step = Give | Infuse | Ramp


@dataclass(frozen=True, slots=True)
class Once:
    """A single session."""


@dataclass(frozen=True, slots=True)
class Every:
    """A session every ``interval_h`` hours."""

    interval_h: float


@dataclass(frozen=True, slots=True)
class PerWeek:
    """``times`` sessions a week (1-6), on days floor(7 i / times): twice a week is days 0 and 3."""

    times: int

    @property
    def days(self) -> tuple[int, ...]:
        """Days of the week, the first being 0."""
        return tuple(7 * i // self.times for i in range(self.times))


Frequency = Once | Every | PerWeek


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the calendar: how often, and for how long or how many sessions (neither: without an end)."""

    frequency: Frequency = Once()
    length_h: float | None = None
    sessions: int | None = None


@dataclass(frozen=True, slots=True)
class Repeat:
    """Another session when pain (NRS 0-10) is above ``pain_above``, at least ``at_most_every_h`` after the last."""

    pain_above: float
    at_most_every_h: float
    length_h: float | None = None
    sessions: int | None = None


@dataclass(frozen=True, slots=True)
class Lower:
    """Titration: lower the rate by ``percent`` % when ``quantity`` is above ``above``.

    Dissociation and drug high are scores 0-10, the systolic pressure is in mmHg.
    """

    quantity: Quantity
    above: float
    percent: float


@dataclass(frozen=True, slots=True)
class Caps:
    """Upper limits for one person in mg of the prescription's form: of a session, of the rate, of a day."""

    mg: float | None = None
    mg_per_h: float | None = None
    mg_per_day: float | None = None


@dataclass(frozen=True, slots=True)
class Prescription:
    """One drug by one route: a session of steps, when it is repeated, its caps and its rules.

    ``delay_h`` is the time of the first session after the start of the regimen.
    """

    drug: Drug
    route: Route
    session: tuple[Step, ...]
    phases: tuple[Phase, ...] = (Phase(),)
    repeat: Repeat | None = None
    caps: Caps = Caps()
    lower: tuple[Lower, ...] = ()
    form: Form = "base"
    delay_h: float = 0.0

    @property
    def session_h(self) -> float:
        """Duration of a session, h."""
        return sum(step.duration_h for step in self.session)


@dataclass(frozen=True, slots=True)
class Regimen:
    """Prescriptions that run side by side from time 0; none of them is a placebo.

    >>> from painloop.regimen import parse
    >>> print(parse("ketamine 0.5 mg/kg intravenous over 40 minutes, twice a week for 3 weeks"))
    ketamine 0.5 mg/kg iv over 40 min, twice a week for 3 weeks
    """

    prescriptions: tuple[Prescription, ...] = ()

    def __str__(self) -> str:
        from painloop.regimen.canonical import format_regimen

        return format_regimen(self)

    @property
    def is_placebo(self) -> bool:
        """Whether no drug is given."""
        return not self.prescriptions

    def to_yaml(self) -> str:
        """The regimen as YAML text, which :meth:`from_yaml` reads back to an equal regimen."""
        from painloop.regimen.yaml_form import to_yaml

        return to_yaml(self)

    @classmethod
    def from_yaml(cls, text: str, allow_extreme: bool = False) -> Regimen:
        """The regimen of a YAML text (raises :class:`~painloop.errors.RegimenError`)."""
        from painloop.regimen.yaml_form import from_yaml

        return from_yaml(text, allow_extreme=allow_extreme)
