"""Dose escalation by the 3+3 rule: where it stops, and which dose it calls the maximum tolerated one.

A cohort is treated at a dose. If nobody has a limiting effect, the next dose follows; if one has, a second cohort is
treated at the same dose, and the next follows when it stays at one; with two or more the dose is too high, and the
dose below it is the maximum tolerated one (Storer 1989, doi 10.2307/2531693).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from painloop.errors import InputError
from painloop.trial.conducted import Conducted

TOO_MANY = 2
"""Limiting effects at which a dose is too high."""


@dataclass(frozen=True)
class Escalated:
    """What the rule did in each replicate.

    Attributes
    ----------
    doses : names of the arms in rising dose.
    highest : number of doses below the one that was too high, (replicates,); 0 when the first was, all of them when
        none was. The maximum tolerated dose is ``doses[highest - 1]``.
    treated, limited : people treated at each dose and those with a limiting effect, (replicates, doses).
    """

    doses: tuple[str, ...]
    highest: np.ndarray
    treated: np.ndarray
    limited: np.ndarray

    @property
    def distribution(self) -> dict[str, float]:
        """Share of replicates in which each dose is called the maximum tolerated one; ``none`` is below the first."""
        return {
            name: float(np.mean(self.highest == number))
            for number, name in enumerate(("none", *self.doses))
        }  # fmt: skip


def escalate(conducted: Conducted) -> Escalated:
    """Apply the rule to replicates of a dose-escalation trial, whose arms stand in rising dose.

    Raises
    ------
    InputError : the trial is no dose escalation, or its limiting effect is not predicted.
    """
    protocol = conducted.protocol
    rule = protocol.trial.escalation
    if rule is None:
        raise InputError(f"The trial {protocol.trial.id} is no dose escalation; give escalation in its file.")
    if rule.quantity not in conducted.events:
        raise InputError(
            f"No {rule.quantity} is predicted for the doses of {protocol.trial.id}; use "
            f"{' or '.join(conducted.events)} as the limiting effect."
        )
    had = conducted.events[rule.quantity][..., 0]
    limits = np.stack(
        [had[conducted.arm[..., 0] == dose].reshape(len(had), -1) for dose in range(len(protocol.arms))]
    )
    return three_plus_three(np.moveaxis(limits, 0, 1), rule.cohort, protocol.names)


def three_plus_three(limiting: np.ndarray, cohort: int, doses: tuple[str, ...]) -> Escalated:
    """Apply the rule.

    Parameters
    ----------
    limiting : whether a person has a limiting effect, (replicates, doses, 2 cohort).
    """
    first = limiting[..., :cohort].sum(axis=-1)
    both = limiting[..., : 2 * cohort].sum(axis=-1)
    again = first == TOO_MANY - 1
    limited = np.where(again, both, first)
    tolerated = limited < TOO_MANY
    reached = np.concatenate(
        [np.ones((len(limiting), 1), bool), np.cumprod(tolerated, axis=1)[:, :-1] > 0], axis=1
    )
    treated = np.where(reached, np.where(again, 2 * cohort, cohort), 0)
    highest = (np.cumprod(tolerated, axis=1) > 0).sum(axis=1)
    return Escalated(doses, highest, treated, np.where(reached, limited, 0))
