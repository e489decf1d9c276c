"""What every library file has: an id, a citation, what was read, and values that each name their source.

Owns :class:`Value` (one number with unit, uncertainty, source and confidence) and :class:`Entry` (the head of every
file). Knows nothing of files, folders or any one kind.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)

from painloop.errors import LibraryError

Confidence = Literal["verified", "secondary", "derived", "fitted", "assumed", "memory", "missing"]
"""How sure a number is: read in the source, read elsewhere, computed, fitted, assumed, recalled, not found."""

WEAK_CONFIDENCES: frozenset[str] = frozenset({"assumed", "memory", "missing"})
"""Confidences that no reader should overlook: they are marked on every card."""

Form = Literal["racemic", "S", "R", "pooled"]
Sampling = Literal["arterial", "venous", "mixed", "unknown"]
Route = Literal["iv", "im", "sc", "nasal", "oral", "sublingual"]

AUTHOR_YEAR = re.compile(r"^[a-z]+(?:-[a-z]+)*-\d{4}[a-z]?(?:-[a-z0-9]+)*$")
PLAIN_WORDS = re.compile(r"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$")


def refuse_a_boolean(value: Any) -> Any:
    """A number written as true, false, or in quotes is a slip of the pen, not a number."""
    if isinstance(value, bool | str):
        raise ValueError("write a plain number, without quotes")
    return value


def refuse_the_infinite(value: float) -> float:
    """Infinite and undefined numbers never describe a measurement."""
    if not math.isfinite(value):
        raise ValueError("write a finite number")
    return value


def refuse_a_reversed_range(value: tuple[float, float]) -> tuple[float, float]:
    """A range runs from low to high."""
    if value[0] > value[1]:
        raise ValueError(f"write the low end first, as in [{value[1]:g}, {value[0]:g}]")
    return value


Number = Annotated[float, BeforeValidator(refuse_a_boolean), AfterValidator(refuse_the_infinite)]
PositiveNumber = Annotated[Number, Field(gt=0)]
NonNegativeNumber = Annotated[Number, Field(ge=0)]
Fraction = Annotated[Number, Field(ge=0, le=1)]
Range = Annotated[tuple[Number, Number], AfterValidator(refuse_a_reversed_range)]
Text = Annotated[str, Field(min_length=1)]


class Record(BaseModel):
    """Immutable piece of a library file; a key that it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Sourced(Record):
    """A piece that must say how sure it is and where it comes from.

    A piece without a ``source`` inherits the ``default_source`` of its file.
    """

    confidence: Confidence
    source: Text
    note: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _inherit_the_source(cls, data: Any, info: ValidationInfo) -> Any:
        default = (info.context or {}).get("default_source")
        if isinstance(data, dict) and default and data.get("source") is None:
            return {**data, "source": default}
        return data


class Value(Sourced):
    """One number of a source.

    ``value`` is in ``unit``; ``se``, ``sd``, ``ci95`` and ``range`` are in the same unit; ``cv`` is a relative
    uncertainty (fraction), ``omega2`` a log-scale variance between people. A number that was looked for and not
    found is ``null`` with confidence ``missing``.
    """

    value: Number | None
    unit: Text
    se: NonNegativeNumber | None = None
    sd: NonNegativeNumber | None = None
    cv: NonNegativeNumber | None = None
    omega2: NonNegativeNumber | None = None
    ci95: Range | None = None
    range: Range | None = None
    fixed: bool = False
    fitted_on: str | tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _say_what_is_missing(self) -> Value:
        if self.value is None and self.confidence != "missing":
            raise ValueError("a null value needs confidence missing")
        if self.value is not None and self.confidence == "missing":
            raise ValueError("confidence missing needs a null value")
        return self

    @property
    def number(self) -> float:
        """The value; raises ``ValueError`` where none was found."""
        if self.value is None:
            raise ValueError(f"no value was found for this quantity ({self.source})")
        return self.value


def in_unit(values: Mapping[str, Value], name: str, unit: str) -> float:
    """The number of a named value, which must be in ``unit``.

    Raises
    ------
    LibraryError
        When it is in another one; nothing is converted, so that a file reads as it is used.
    """
    value = values[name]
    if value.unit != unit:
        raise LibraryError(
            f"The value {name} is in {value.unit}, but is used in {unit}; convert it in the file."
        )
    return value.number


class Citation(Record):
    """Where the facts were published."""

    authors: Text
    year: int = Field(ge=1950, le=2100)
    title: str | None = None
    journal: str | None = None
    doi: str | None = None
    pmid: int | None = None


class Disagreement(Record):
    """What another source says about a quantity; both stay visible."""

    about: Text
    says: Text
    source: Text
    confidence: Confidence


class Entry(Record):
    """The head that all library files share."""

    id: Text
    kind: Text
    title: Text
    citation: Citation | None = None
    compiled: str | None = None
    read: tuple[str, ...] = Field(min_length=1)
    default_source: str | None = None
    notes: tuple[str, ...] = ()
    not_read: tuple[Text, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    limits: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _say_who_put_it_together(self) -> Entry:
        if self.citation is None and not self.compiled:
            raise ValueError("give a citation, or say under compiled who put the file together and from what")
        if not self.id_pattern().fullmatch(self.id):
            raise ValueError(f"id {self.id!r} must read author-year or author-year-suffix in lower case")
        return self

    @classmethod
    def id_pattern(cls) -> re.Pattern[str]:
        """The shape that ids of this kind have."""
        return AUTHOR_YEAR
