"""What a user supposes beyond the order and the person: links, co-treatments, unblinding, and the history before."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from painloop.library.schema.posteriors import Posterior
from painloop.outcomes import cotreatments, links
from painloop.outcomes.cotreatments import Given
from painloop.outcomes.expectation import Expectation
from painloop.simulation.parameters import ParameterSets


@dataclass(frozen=True)
class Settings:
    """Suppositions of a run; the default supposes nothing that a source does not give.

    Attributes
    ----------
    links : strength of each linked outcome, all of them.
    chosen : those that the user set.
    beside : co-treatments and when they run.
    expectation : how much feeling the drug adds to the placebo response.
    scenario : a history that starts before chronic pain does, such as ``injury``.
    sets : parameters that stand in for those of the library.
    posterior : where the sets come from, and the weights that it gives to the rivals.
    """

    links: Mapping[str, float]
    chosen: Mapping[str, float]
    beside: tuple[Given, ...] = ()
    expectation: Expectation = field(default_factory=Expectation)
    scenario: str | None = None
    sets: ParameterSets | None = None
    posterior: Posterior | None = None

    @property
    def moving(self) -> dict[str, float]:
        """The linked outcomes that follow pain; the others stay where they were and need no curve."""
        return {n: link for n, link in self.links.items() if link != 0.0 and n in links.known_links()}

    @property
    def mood(self) -> float:
        """Strength of the link of mood to the drug."""
        return self.links[links.MOOD]

    def told_links(self) -> list[dict[str, Any]]:
        """Every linked outcome with its link and the reason for it."""
        return [asdict(one) for one in links.described(self.chosen)]

    def told_cotreatments(self) -> list[dict[str, Any]]:
        """Every co-treatment with its days (no last day: to the end) and what it changes."""
        return [
            {
                "name": one.name,
                "from_day": one.from_day,
                "to_day": None if math.isinf(one.to_day) else one.to_day,
                "says": one.says,
            }
            for one in self.beside
        ]


def settings(
    chosen: Mapping[str, float],
    beside: Iterable[str] = (),
    unblinding: float = 0.0,
    scenario: str | None = None,
) -> Settings:
    """Suppositions from what a user wrote; see :func:`painloop.simulation.simulate`.

    Raises
    ------
    InputError
        A link or co-treatment is unknown, or a number is out of range.
    """
    given = links.parse(f"{name}={value}" for name, value in chosen.items())
    return Settings(
        links.strengths(given),
        given,
        tuple(cotreatments.parse(text) for text in beside),
        Expectation(unblinding),
        scenario,
    )
