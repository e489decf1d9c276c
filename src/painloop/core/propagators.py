"""exp(A h) for the step lengths of a grid, by Taylor series and repeated squaring.

Scaling and squaring (Moler & Van Loan 2003, doi:10.1137/S00361445024180) needs no eigenvectors, which transit
chains with equal rates do not have. Only entries that can differ from zero are carried.
"""

from __future__ import annotations

from math import ceil, log2

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from painloop.core.structure import LinearStructure

TAYLOR_ORDER = 8
"""With a norm of 1/32 the ninth term is below 3e-19: rounding is then all that is left."""
TAYLOR_NORM = 1.0 / 32.0
ACTION_ORDER = 18
"""With a norm of one the nineteenth term is below 1e-17."""


def squarings_needed(structure: LinearStructure, values: np.ndarray, shortest_h: float) -> int:
    """Squarings that bring ``A`` times the shortest step under the norm the series is cut for.

    Parameters
    ----------
    values : (entries, patients), 1/h. The bound is the largest column sum over the cohort.
    shortest_h : the shortest length that is computed, h.

    """
    product = norm(structure, values) * shortest_h
    return ceil(log2(product / TAYLOR_NORM)) if product > TAYLOR_NORM else 0


def norm(structure: LinearStructure, values: np.ndarray) -> float:
    """Largest column sum of A over the cohort, 1/h."""
    columns = np.zeros((structure.size, values.shape[1]))
    for (_, j), value in zip(structure.entries, np.abs(values), strict=True):
        columns[j] += value
    return float(columns.max(initial=0.0))


def multiply(structure: LinearStructure, left: Array, right: Array) -> Array:
    """Product of two augmented propagators, (reach, patients) each."""
    rows = []
    for k, ((_, j), terms) in enumerate(zip(structure.reach, structure.products, strict=True)):
        total = sum((left[a] * right[b] for a, b in terms[1:]), left[terms[0][0]] * right[terms[0][1]])
        rows.append(total + left[k] if j >= structure.size else total)
    return jnp.stack(rows)


def generator(structure: LinearStructure, values: Array) -> Array:
    """The augmented matrix [[A, B]] on the entries of ``reach``; B is one where an input enters."""
    known = {entry: values[k] for k, entry in enumerate(structure.entries)}
    zero, one = jnp.zeros_like(values[0]), jnp.ones_like(values[0])
    for j, state in enumerate(structure.inputs):
        known[state, structure.size + j] = one
    return jnp.stack([known.get(entry, zero) for entry in structure.reach])


def _identity(structure: LinearStructure, like: Array) -> Array:
    ones = np.array([float(i == j) for i, j in structure.reach])
    return jnp.broadcast_to(jnp.asarray(ones)[:, None], (len(ones), like.shape[-1]))


def _apply_generator(structure: LinearStructure, matrix: Array, term: Array) -> Array:
    """[[A, B], [0, 0]] times a term of the series (whose input rows are zero after the first)."""
    rows, known = [], set(structure.entries)
    for i, j in structure.reach:
        parts = [
            matrix[structure.position[i, k]] * term[structure.position[k, j]]
            for k in range(structure.size)
            if (i, k) in known and (k, j) in structure.position
        ]
        rows.append(sum(parts[1:], parts[0]) if parts else jnp.zeros_like(matrix[0]))
    return jnp.stack(rows)


def exponential(structure: LinearStructure, matrix: Array, length_h: Array | float) -> Array:
    """Taylor series of the augmented exponential for one short length, (reach, patients)."""
    first = matrix * length_h

    def add(order: Array, carry: tuple[Array, Array]) -> tuple[Array, Array]:
        total, term = carry
        term = _apply_generator(structure, first, term) / order
        return total + term, term

    start = (_identity(structure, matrix) + first, first)
    total: Array = lax.fori_loop(2, TAYLOR_ORDER + 1, add, start)[0]
    return total


def table(
    structure: LinearStructure,
    values: Array,
    units_h: Array,
    families: Array | int,
    levels: int,
    squarings: Array | int,
) -> Array:
    """Propagators of every step length of a grid, and of half of it.

    Parameters
    ----------
    values : (entries, patients), the entries of A, 1/h.
    units_h : (room,), the longest step of each dyadic family, h.
    families : how many of them there are; the rest of the table stays zero.
    levels : steps per family: ``units_h * 2**-k`` for k < levels.
    squarings : from :func:`squarings_needed` for the half of the finest step.

    Returns
    -------
    Array
        (room * (levels + 1), reach, patients); the entry after a length is its half.
    """
    matrix = generator(structure, values)

    def double(f: Array, _: None = None) -> tuple[Array, Array]:
        return multiply(structure, f, f), f

    def family(which: Array, kept: Array) -> Array:
        short = exponential(structure, matrix, jnp.ldexp(units_h[which], -(levels + squarings)))
        finest = lax.fori_loop(0, squarings, lambda _, f: double(f)[0], short)
        _, rising = lax.scan(double, finest, None, length=levels + 1)
        grown: Array = lax.dynamic_update_index_in_dim(kept, rising[::-1], which, 0)
        return grown

    room = jnp.zeros((units_h.shape[0], levels + 1, *matrix.shape))
    parts: Array = lax.fori_loop(0, families, family, room)
    flat: Array = parts.reshape((-1, *parts.shape[2:]))
    return flat


def applied(structure: LinearStructure, propagator: Array, state: Array, rates: Array) -> Array:
    """States after a propagator's length under constant rates, (states, patients)."""
    n, rows = structure.size, []
    for row in structure.rows:
        terms = [propagator[k] * (state[j] if j < n else rates[j - n]) for k, j in row]
        rows.append(sum(terms[1:], terms[0]))
    return jnp.stack(rows)


def advanced(
    structure: LinearStructure,
    values: Array,
    ladder: Array,
    lengths_h: Array,
    state: Array,
    rates: Array,
    duration_h: Array,
    pieces: Array,
) -> Array:
    """States after a duration of each patient's own, under constant rates.

    The duration is a sum of lengths that have propagators, taken from the longest down, and a rest shorter than
    the last, for which the series acts on the states in ``pieces`` equal parts.

    Parameters
    ----------
    ladder : (levels, reach, patients), propagators of ``lengths_h``, each half of the one before.
    state : (states, patients). rates : (inputs, patients), per h. duration_h : (patients,).
    pieces : so many that the norm of A times a piece of the rest is at most one.
    """

    def take(carry: tuple[Array, Array], step: tuple[Array, Array]) -> tuple[tuple[Array, Array], None]:
        x, left = carry
        propagator, length = step
        fits = left >= length
        moved = applied(structure, propagator, x, rates)
        return (jnp.where(fits, moved, x), jnp.where(fits, left - length, left)), None

    (x, left), _ = lax.scan(take, (state, duration_h), (ladder, lengths_h))
    h, entering = left / pieces, jnp.zeros_like(state)
    for j, target in enumerate(structure.inputs):
        entering = entering.at[target].add(rates[j])

    def push(x: Array) -> Array:
        rows = [jnp.zeros_like(h)] * structure.size
        for k, (i, j) in enumerate(structure.entries):
            rows[i] = rows[i] + values[k] * x[j]
        return jnp.stack(rows)

    def piece(_: Array, x: Array) -> Array:
        def add(order: Array, carry: tuple[Array, Array]) -> tuple[Array, Array]:
            total, term = carry
            term = push(term) * h / order
            return total + term, term

        first = (push(x) + entering) * h
        whole: Array = lax.fori_loop(2, ACTION_ORDER + 1, add, (x + first, first))[0]
        return whole

    done: Array = lax.fori_loop(0, pieces, piece, x)
    return done
