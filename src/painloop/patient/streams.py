"""Random numbers by counter: patient i of seed s gets the same number whatever the batch, worker or cohort size.

A stream is named by what it is for (``"iiv:otto-2021:CL"``), so adding one changes no other, and arms of a trial
share their persons.
"""

from __future__ import annotations

import hashlib

import numpy as np
from scipy.special import ndtri

from painloop.errors import InputError

_WORDS_PER_COUNT = 4
_MANTISSA = 11


def uniform(seed: int, stream: str, start: int, count: int) -> np.ndarray:
    """Numbers in (0, 1) of patients ``start`` to ``start + count - 1``.

    Parameters
    ----------
    seed : any non-negative integer below 2**63.
    stream : what the numbers are for.
    start : index of the first patient, >= 0.

    Returns
    -------
    numpy.ndarray
        (count,), float64.

    Raises
    ------
    InputError : the seed is out of range.

    Examples
    --------
    >>> both = uniform(1, "weight", 0, 10)
    >>> bool((uniform(1, "weight", 7, 3) == both[7:]).all())
    True
    """
    if not 0 <= seed < 2**63:
        raise InputError(f"The seed {seed} is outside 0 to 2**63 - 1; give a whole number such as 1.")
    name = int.from_bytes(hashlib.blake2b(stream.encode(), digest_size=8).digest(), "little")
    first = start // _WORDS_PER_COUNT
    generator = np.random.Philox(key=np.array([seed, name], dtype=np.uint64), counter=first)
    skipped = start - first * _WORDS_PER_COUNT
    raw = generator.random_raw(skipped + count)[skipped:]
    return ((raw >> _MANTISSA) + 0.5) * 2.0**-53


def normal(seed: int, stream: str, start: int, count: int) -> np.ndarray:
    """Standard normal numbers of patients ``start`` to ``start + count - 1``, (count,)."""
    return np.asarray(ndtri(uniform(seed, stream, start, count)))
