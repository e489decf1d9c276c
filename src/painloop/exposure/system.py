"""Assembles the linear system A(theta) of one or several models, with effect sites appended.

States are amounts (mg); an effect site holds the weighted concentration it follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from painloop.core.structure import Entry, LinearStructure
from painloop.exposure.individuals import Values
from painloop.library.schema.pharmacokinetics import OUT, Output, Pharmacokinetics

NG_PER_ML = 1000.0
"""ng/mL in 1 mg/L."""


@dataclass(frozen=True)
class Part:
    """One model and what its analytes are called for the drug that is given.

    ``fraction`` of the ordered dose enters (for the share of one enantiomer). Compartments that no dose by one of
    ``routes`` can reach are left out of the system.
    """

    model: Pharmacokinetics
    names: Mapping[str, str]
    fraction: float = 1.0
    routes: tuple[str, ...] = ()

    @cached_property
    def reached(self) -> tuple[str, ...]:
        """Compartments that a dose can come to, in the model's order."""
        found = {
            one.into for route in self.routes or self.model.inputs_of for one in self.model.inputs_of[route]
        }
        while new := {f.to for f in self.model.flows if f.from_ in found} - found - {OUT}:
            found |= new
        return tuple(c.name for c in self.model.compartments if c.name in found)

    def label(self, analyte: str) -> str:
        """The analyte's name in results."""
        return self.names.get(analyte, analyte)


@dataclass(frozen=True)
class EffectSite:
    """A place that follows a weighted sum of plasma concentrations with a first-order delay.

    ``weights`` maps an analyte to its weight per ng/mL; ``half_life_h`` is above zero.
    """

    name: str
    weights: Mapping[str, float]
    half_life_h: float


@dataclass(frozen=True)
class System:
    """States of all parts in order, then effect sites."""

    parts: tuple[Part, ...]
    sites: tuple[EffectSite, ...] = ()
    _index: dict[tuple[int, str], int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for k, part in enumerate(self.parts):
            for name in part.reached:
                self._index[k, name] = len(self._index)

    @property
    def amounts(self) -> int:
        """Number of states that are amounts."""
        return len(self._index)

    @property
    def size(self) -> int:
        """Number of states."""
        return self.amounts + len(self.sites)

    def state(self, part: int, compartment: str) -> int:
        """Index of a compartment."""
        return self._index[part, compartment]

    def site(self, name: str) -> int:
        """Index of an effect site."""
        return self.amounts + [s.name for s in self.sites].index(name)

    @cached_property
    def analytes(self) -> tuple[str, ...]:
        """What can be measured, each once."""
        every = (part.label(o.analyte) for part in self.parts for o in part.model.outputs)
        return tuple(name for name in dict.fromkeys(every) if self.outputs(name))

    def outputs(self, analyte: str) -> list[tuple[int, Output]]:
        """(part, output) pairs that carry an analyte."""
        return [(k, o) for k, part in enumerate(self.parts) for o in part.model.outputs
                if part.label(o.analyte) == analyte and o.compartment in part.reached]  # fmt: skip

    def per_amount(self, analyte: str, values: list[Values]) -> dict[int, np.ndarray]:
        """State -> ng/mL per mg, (patients,), of an analyte."""
        found = {}
        for k, output in self.outputs(analyte):
            volume = self.parts[k].model.compile(output.volume).evaluate(values[k])
            found[self.state(k, output.compartment)] = NG_PER_ML / np.asarray(volume)
        return found

    def _terms(self, values: list[Values]) -> dict[Entry, np.ndarray]:
        terms: dict[Entry, np.ndarray] = {}

        def add(i: int, j: int, value: np.ndarray) -> None:
            terms[i, j] = terms[i, j] + value if (i, j) in terms else value

        for k, part in enumerate(self.parts):
            for flow in part.model.flows:
                if flow.from_ not in part.reached:
                    continue
                rate = np.asarray(part.model.compile(flow.rate).evaluate(values[k]))
                giver = self.state(k, flow.from_)
                add(giver, giver, -rate)
                if flow.to != OUT:
                    add(self.state(k, flow.to), giver, rate * part.model.mass_ratio(flow))
        for site in self.sites:
            ke0, i = np.log(2.0) / site.half_life_h, self.site(site.name)
            for analyte, weight in site.weights.items():
                for j, factor in self.per_amount(analyte, values).items():
                    add(i, j, ke0 * weight * factor)
            add(i, i, np.asarray(-ke0))
        return terms

    def structure(self, inputs: tuple[int, ...], drive: tuple[int, ...]) -> LinearStructure:
        """The pattern, for given input states and states that drive the nonlinear part."""
        ones = [{name: np.ones(1) for name in part.model.names} for part in self.parts]
        entries = tuple(sorted(self._terms(ones)))
        return LinearStructure(self.size, entries, inputs, drive)

    def entry_values(self, values: list[Values], patients: int) -> np.ndarray:
        """Entries of A in the order of the structure, (entries, patients), 1/h."""
        terms = self._terms(values)
        return np.stack([np.broadcast_to(terms[entry], (patients,)) for entry in sorted(terms)])
