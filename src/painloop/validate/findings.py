"""What a check found, and the checks by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pydantic import BaseModel, ConfigDict

from painloop.validate.claims import Claim


class Finding(BaseModel):
    """One figure of a claim.

    Attributes
    ----------
    about : which trial, route or line of the claim; empty where the claim has one figure only.
    value : what painloop computes.
    published : what it is compared with, where that is a number.
    low, high : interval that the value is asked to lie in, or its own uncertainty where ``interval_of`` says so.
    holds : ``None`` where nothing can be judged; ``note`` says why.
    n : people, readings or runs behind it.
    stale : it was read from a stored result whose inputs have changed since.
    """

    model_config = ConfigDict(frozen=True)

    about: str = ""
    value: float | None = None
    published: float | None = None
    low: float | None = None
    high: float | None = None
    interval_of: str = "published"
    holds: bool | None = None
    n: int | None = None
    in_sample: bool = False
    stale: bool = False
    note: str = ""


Check = Callable[[Claim], Iterable[Finding]]
CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register a function as the check of that name."""

    def register(function: Check) -> Check:
        if name in CHECKS:
            raise ValueError(f"two checks are called {name}")
        CHECKS[name] = function
        return function

    return register


def judged(claim: Claim, value: float | None, **more: object) -> Finding:
    """A finding whose verdict follows from the claim's bar."""
    found = Finding.model_validate({"value": value, **more})
    return found.model_copy(update={"holds": claim.bar.met(value, found.low, found.high)})


def not_found(reason: str, about: str = "") -> Finding:
    """Nothing to judge, and why."""
    return Finding(about=about, note=reason)
