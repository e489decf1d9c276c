"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

import click

from painloop.errors import InputError

Command = TypeVar("Command", bound=Callable[..., Any])


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

        return tuple(duration_h(part.strip()) for part in str(value).split(",") if part.strip())


class Finite(click.ParamType):
    """A number; ``nan`` and ``inf`` are none. ``unit`` may be written behind it."""

    def __init__(self, unit: str = "") -> None:
        self.name = f"number ({unit})" if unit else "number"
        self.unit = unit

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number."""
        text = str(value).strip()
        bare = text.removesuffix(self.unit).strip() if self.unit else text
        option = param.opts[0] if param is not None else "the option"
        try:
            number = float(bare)
        except ValueError:
            example = f" in {self.unit}" if self.unit else ""
            raise InputError(
                f"{option} got '{text}', which is no number{example}; write one such as 70."
            ) from None
        if not math.isfinite(number):
            raise InputError(f"{option} got '{text}', which is not a finite number; write one such as 70.")
        return number


def model_options(command: Command) -> Command:
    """Which model predicts the levels, and for which body."""
    for option in reversed(
        (
            click.option(
                "--model", metavar="ID", help="Pharmacokinetic model (see `painloop library list`) or a file."
            ),
            click.option(
                "--sampling",
                type=click.Choice(["arterial", "venous"]),
                help="Select models by where samples came from.",
            ),
            click.option(
                "--fraction",
                type=Finite(),
                help="Share of the dose that is the form the model describes, 0 to 1.",
            ),
            click.option("--allow-extreme", is_flag=True, help="Accept a dose that no one would give."),
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
