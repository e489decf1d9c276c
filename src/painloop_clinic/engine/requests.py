"""What may be asked of the engine: typed, bounded, and with nothing in it that could be the path of a file."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from painloop import library
from painloop.errors import InputError
from painloop_clinic.engine.limits import MOST_DAYS, MOST_PATIENTS, MOST_SENTENCE
from painloop_clinic.regimens import refusal_of


class Question(BaseModel):
    """A question: no more fields than named, no NaN and no infinity."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True, str_strip_whitespace=True)

    @classmethod
    def of(cls, values: dict[str, Any]) -> Self:
        """The question with these values.

        Raises
        ------
        InputError : one sentence that names the value and the limit.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as wrong:
            raise InputError(_sentence(wrong)) from None

    def payload(self) -> dict[str, Any]:
        """What is sent: what differs from the defaults."""
        return self.model_dump(exclude_defaults=True)


class Ordered(Question):
    """A regimen on a model.

    Parameters
    ----------
    regimen : a sentence, or the id of a published course; never a file.
    model, sampling, fraction : see :func:`painloop.exposure.choice.choose`.
    """

    regimen: str = Field(min_length=1, max_length=MOST_SENTENCE)
    model: str | None = None
    sampling: Literal["arterial", "venous"] | None = None
    fraction: float | None = Field(default=None, gt=0.0, le=1.0)
    seed: int = Field(default=1, ge=0, lt=2**31)

    @field_validator("regimen")
    @classmethod
    def _no_file(cls, text: str) -> str:
        if wrong := refusal_of(text):
            raise ValueError(wrong.rstrip("."))
        return text

    @field_validator("model")
    @classmethod
    def _known_model(cls, name: str | None) -> str | None:
        return _known("pharmacokinetics", name)


class CourseRequest(Ordered):
    """A course of one person or a population; ``patients`` 1 is the typical person, without variability.

    Parameters
    ----------
    loop : a rival's name, several with commas, or ``all``.
    weight_kg, age_y, female, baseline : of everyone; what is left out is drawn from the condition.
    placebo : also the same persons without ketamine.
    """

    condition: str | None = None
    patients: int = Field(default=1, ge=1, le=MOST_PATIENTS)
    days: float = Field(default=90.0, ge=0.1, le=MOST_DAYS)
    loop: str = Field(default="all", max_length=80)
    weight_kg: float | None = Field(default=None, ge=1.0, le=400.0)
    age_y: float | None = Field(default=None, ge=0.0, le=120.0)
    female: bool | None = None
    baseline: float | None = Field(default=None, ge=0.0, le=10.0)
    placebo: bool = True
    unblinding: float = Field(default=0.0, ge=0.0, le=10.0)
    scenario: Literal["injury"] | None = None

    @field_validator("condition")
    @classmethod
    def _known_condition(cls, name: str | None) -> str | None:
        return _known("conditions", name)


class ExposureRequest(Ordered):
    """Levels of the drug and its metabolites, as ``painloop exposure`` answers."""

    weight_kg: float = Field(default=70.0, ge=1.0, le=400.0)
    age_y: float = Field(default=45.0, ge=0.0, le=120.0)
    female: bool = False
    patients: int = Field(default=1, ge=0, le=MOST_PATIENTS)
    hours: float | None = Field(default=None, gt=0.0, le=24.0 * MOST_DAYS)
    at_h: tuple[float, ...] = Field(default=(), max_length=50)


def _known(kind: str, name: str | None) -> str | None:
    """An id of the library; anything else, a path above all, is refused."""
    known = library.ids(kind)
    if name is None or name in known:
        return name
    some = ", ".join(known[:3])
    raise ValueError(f"there is no {name[:60]!r} among the {kind}; choose one of them, such as {some}")


def _sentence(wrong: ValidationError) -> str:
    first = wrong.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "the request"
    shown = repr(first.get("input"))[:60]
    what = first["msg"].removeprefix("Value error, ")
    if first["type"] == "value_error":
        return f"{field}: {what}."
    if first["type"] == "extra_forbidden":
        return f"There is no value called {field[:60]!r} here; leave it out."
    return f"{field} = {shown}: {what[:1].lower()}{what[1:]}; change it."
