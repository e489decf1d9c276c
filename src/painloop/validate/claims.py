"""The registry of claims: what is claimed, against what it is held, the bar, and which check computes it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from painloop.errors import LibraryError
from painloop.library.reading import read_mapping
from painloop.library.refusal import sentence_for

FILE = Path(__file__).parent / "claims.yaml"

Grade = Literal["primary", "secondary", "exploratory"]
GRADES: dict[Grade, str] = {
    "primary": "held against independent published data",
    "secondary": "held against another program or an exact solution",
    "exploratory": "in-sample, assumed, or without outside data",
}


class Record(BaseModel):
    """A frozen part of the registry in which no key is unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Bar(Record):
    """What a finding is asked to be.

    ``inside`` asks it to lie within the finding's own interval (a published one, or one that chance allows),
    ``reported`` asks nothing. ``asked`` says it where the sign does not. ``aim`` says what it means to miss it: a
    prediction then fails, a target that was set here is missed.
    """

    sign: Literal[">=", ">", "<=", "<", "inside", "reported"]
    limit: float | None = None
    asked: str | None = Field(default=None, min_length=1)
    aim: Literal["prediction", "target"] = "target"
    why: str = Field(min_length=1)

    @model_validator(mode="after")
    def _be_complete(self) -> Bar:
        if (self.limit is None) != (self.sign in ("inside", "reported")):
            raise ValueError(f"limit: goes with a comparison such as '>=', not with '{self.sign}'")
        return self

    def met(self, value: float | None, low: float | None = None, high: float | None = None) -> bool | None:
        """Whether a value meets the bar; ``None`` where nothing can be judged."""
        if value is None or self.sign == "reported":
            return None
        if self.sign == "inside":
            known = low is not None or high is not None
            return (low is None or low <= value) and (high is None or value <= high) if known else None
        limit = self.limit
        assert limit is not None
        return {">=": value >= limit, ">": value > limit, "<=": value <= limit, "<": value < limit}[self.sign]

    def words(self) -> str:
        """The bar as a few words."""
        if self.asked is not None:
            return self.asked
        if self.sign == "reported":
            return "no bar was set"
        if self.sign == "inside":
            return "inside the interval"
        said = {">=": "at least", ">": "above", "<=": "at most", "<": "below"}[self.sign]
        return f"{said} {self.limit:g}"


class Section(Record):
    """A part of the page."""

    key: str
    title: str
    says: str


class Plain(Record):
    """The claim for a reader in a hurry: what painloop can do if it ``holds``, and what it cannot if it does not.

    ``{percent}`` stands for the value that was found and ``{note}`` for the words beside it, up to a semicolon.
    """

    holds: str = Field(min_length=1)
    otherwise: str = Field(min_length=1)


class Claim(Record):
    """One claim. It has a ``check``, or a test that holds it, or it is ``unchecked`` for a reason."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    section: str
    says: str = Field(min_length=1)
    grade: Grade
    against: str = Field(min_length=1)
    bar: Bar
    check: str | None = None
    given: dict[str, Any] = {}
    tested_by: str | None = None
    unchecked: str | None = None
    plain: Plain | None = None

    @model_validator(mode="after")
    def _be_held_in_one_way(self) -> Claim:
        ways = [self.check, self.tested_by, self.unchecked]
        if sum(way is not None for way in ways) != 1:
            raise ValueError("give one of check, tested_by and unchecked")
        return self


class Registry(Record):
    """All sections and claims, in the order of the page."""

    sections: tuple[Section, ...]
    claims: tuple[Claim, ...]

    @model_validator(mode="after")
    def _fit_together(self) -> Registry:
        known = [one.key for one in self.sections]
        names = [one.id for one in self.claims]
        for number, claim in enumerate(self.claims):
            if claim.section not in known:
                raise ValueError(
                    f"claims.{number}.section: unknown section '{claim.section}', known are {', '.join(known)}"
                )
            if names.count(claim.id) > 1:
                raise ValueError(f"claims.{number}.id: '{claim.id}' is used twice, choose another")
        return self


@cache
def registry(path: Path = FILE) -> Registry:
    """The registry.

    Raises
    ------
    LibraryError
        When the file is wrong; one sentence with the key and the remedy.
    """
    try:
        return Registry.model_validate(read_mapping(path))
    except ValidationError as problem:
        raise LibraryError(sentence_for(path, problem, Registry)) from None
