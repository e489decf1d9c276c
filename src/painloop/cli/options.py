"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

from painloop.errors import InputError

Command = TypeVar("Command", bound=Callable[..., Any])

_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]{1,3})?", re.IGNORECASE)


class Hours(click.ParamType):
    """Durations with units, separated by commas: ``40min,2h``."""

    name = "times"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, ...]:
        """Hours, in the order given."""
        if isinstance(value, tuple):
            return value
        from painloop.units import duration_h

        return tuple(duration_h(part.strip()) for part in str(value).split(","))


class Finite(click.ParamType):
    """A finite number; ``unit`` may be written behind it, ``example`` is what a refusal shows."""

    def __init__(self, example: str, unit: str = "") -> None:
        self.name = unit or "number"
        self.example, self.unit = example, unit

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number."""
        text = str(value).strip()
        bare = text.removesuffix(self.unit).strip() if self.unit else text
        if _NUMBER.fullmatch(bare) and math.isfinite(float(bare)):
            return float(bare)
        option = param.opts[0] if param is not None else "the option"
        wanted = f"number of {self.unit}" if self.unit else "number"
        raise InputError(
            f"{option} got '{text[:40]}', which is not a {wanted}; write one such as {self.example}."
        )


class Name(click.ParamType):
    """An id or a path, never empty."""

    name = "id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name."""
        if str(value).strip():
            return str(value).strip()
        option = param.opts[0] if param is not None else "the option"
        raise InputError(f"{option} got '{value}', which names nothing; write an id or leave {option} out.")


def model_options(command: Command) -> Command:
    """Which model predicts the levels, and for which body."""
    for option in reversed(
        (
            click.option(
                "--model", type=Name(), help="Pharmacokinetic model (see `painloop library list`) or a file."
            ),
            click.option(
                "--sampling",
                type=click.Choice(["arterial", "venous"]),
                help="Select models by where samples came from.",
            ),
            click.option(
                "--fraction",
                type=Finite("0.5"),
                help="Share of the dose that is the form the model describes, 0 to 1.",
            ),
            click.option(
                "--allow-extreme", is_flag=True, help="Accept a dose above the highest known to be given."
            ),
            click.option(
                "--seed", type=int, default=1, show_default=True, help="The same seed gives the same persons."
            ),
            click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else."),
        )
    ):
        command = option(command)
    return command


def sex_is_female(sex: str | None) -> bool | None:
    """``female`` and ``male`` as the engine takes them."""
    return None if sex is None else sex == "female"
