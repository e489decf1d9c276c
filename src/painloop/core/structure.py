"""Which entries of a linear system and of its matrix exponential can differ from zero.

The pattern is fixed per model, so that every product is written out over the entries that exist; the values are
arrays with the patients last.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

Entry = tuple[int, int]


@dataclass(frozen=True)
class LinearStructure:
    """The pattern of ``x' = A x + B u`` with ``n`` states and ``m`` inputs of constant rate.

    Parameters
    ----------
    size : number of states n.
    entries : (row, column) of the entries of A that may differ from zero, in the order of their values.
    inputs : the state that each input feeds; input j is column ``size + j`` of the augmented matrix
        [[A, B], [0, 0]], whose exponential holds exp(A h) and the integral of exp(A s) B over a step
        (Van Loan 1978, doi:10.1109/TAC.1978.1101743).
    drive : the states whose course the nonlinear part reads (plasma and effect sites).
    """

    size: int
    entries: tuple[Entry, ...]
    inputs: tuple[int, ...]
    drive: tuple[int, ...]

    @cached_property
    def reach(self) -> tuple[Entry, ...]:
        """Entries of the augmented exponential that may differ from zero, rows of states only."""
        width = self.size + len(self.inputs)
        hit = [[i == j for j in range(width)] for i in range(self.size)]
        for i, j in self.entries:
            hit[i][j] = True
        for k in range(self.size):
            for i in range(self.size):
                if hit[i][k]:
                    hit[i] = [a or b for a, b in zip(hit[i], hit[k], strict=True)]
        for j, state in enumerate(self.inputs):
            for i in range(self.size):
                hit[i][self.size + j] = hit[i][state]
        return tuple((i, j) for i in range(self.size) for j in range(width) if hit[i][j])

    @cached_property
    def position(self) -> dict[Entry, int]:
        """Where an entry of :attr:`reach` stands in the value arrays."""
        return {entry: k for k, entry in enumerate(self.reach)}

    @cached_property
    def rows(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """For each state the (position, column) pairs of its row in :attr:`reach`."""
        found: list[list[tuple[int, int]]] = [[] for _ in range(self.size)]
        for k, (i, j) in enumerate(self.reach):
            found[i].append((k, j))
        return tuple(tuple(row) for row in found)

    @cached_property
    def drive_positions(self) -> tuple[int, ...]:
        """Positions in :attr:`reach` of the rows that :attr:`drive` needs, row after row."""
        return tuple(k for i in self.drive for k, _ in self.rows[i])

    @cached_property
    def products(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """For each entry of :attr:`reach` the pairs of positions whose products make it in F G.

        The input rows of the augmented matrix are those of the identity, so column ``size + j`` of a product
        also keeps the left factor's own entry: see :func:`painloop.core.propagators.multiply`.
        """
        terms = []
        for i, j in self.reach:
            pairs = [
                (self.position[i, k], self.position[k, j])
                for k in range(self.size)
                if (i, k) in self.position and (k, j) in self.position
            ]
            terms.append(tuple(pairs))
        return tuple(terms)
