"""Breathing of a person on an opioid, and what ketamine gives back of it.

Owns the closed form of the curve; its numbers stand in the library. Without an opioid there is nothing to give back
and no curve: what is known of ketamine alone is said in words (:mod:`painloop.outcomes.risks`).
"""

from __future__ import annotations

from jax import Array


def ventilation(concentration: Array, doubling: Array, depression: Array, share: Array) -> Array:
    """Ventilation as a fraction of that without any drug, from ``1 - depression`` upwards.

    The part ``share`` of the depression follows the opioid level over a C50 that rises with ketamine, C50 *
    (1 + C/doubling); the rest stays. The level of the opioid is the one that alone causes the depression.

    Parameters
    ----------
    concentration : ng/mL of the file's analyte.
    doubling : ng/mL that doubles the C50 of the opioid.
    depression : fraction of ventilation that the opioid alone takes away, below 1.
    share : part of the depression that ketamine acts on, 0-1.

    Reference
    ---------
    Jonkman 2018, doi 10.1016/j.bja.2018.02.021.
    """
    alone = depression / (1.0 - depression)
    left = alone / (1.0 + concentration / doubling)
    return 1.0 - (1.0 - share) * depression - share * left / (1.0 + left)
