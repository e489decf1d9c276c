"""Clearance, bioavailability, volume and terminal half-life that a linear model implies, by matrix algebra.

With x' = A x and a dose b, areas are (-A)^-1 b and first moments (-A)^-2 b, so none of this needs a simulation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from painloop import library
from painloop.core.steady_state import dense
from painloop.exposure.choice import fit
from painloop.exposure.individuals import Values, typical
from painloop.exposure.observed.arms import DRUGS, rule_for, share
from painloop.exposure.system import NG_PER_ML, System
from painloop.library.schema.courses import Measurement
from painloop.library.schema.pharmacokinetics import DOSE
from painloop.patient.population import People
from painloop.regimen import expand, read

_SEEN = 1e-9
"""An exponential whose share of a curve is smaller does not show, fraction."""


@dataclass(frozen=True)
class Typical:
    """A model for one typical person: A (1/h), the dose as amounts entering states (mg), ng/mL per mg."""

    matrix: np.ndarray
    dose_mg: float
    entering: np.ndarray
    central: np.ndarray
    reading: np.ndarray

    def area(self, entering: np.ndarray) -> float:
        """Area under the analyte, ng h/mL."""
        return float(self.reading @ np.linalg.solve(-self.matrix, entering))

    def moment(self, entering: np.ndarray) -> float:
        """Area under time times the analyte, ng h^2/mL."""
        return float(self.reading @ np.linalg.solve(-self.matrix, np.linalg.solve(-self.matrix, entering)))

    def half_life(self) -> float:
        """Of the slowest exponential that the curve of the analyte contains, h."""
        rates, vectors = np.linalg.eig(self.matrix)
        weights = (self.reading @ vectors) * np.linalg.solve(vectors, self.entering.astype(complex))
        seen = np.abs(weights) > _SEEN * np.abs(weights).max()
        return float(np.log(2.0) / -rates.real[seen].max())


def implied(arm: Measurement, people: People) -> float:
    """What the default model of an arm implies for its quantity and one person.

    Raises
    ------
    ValueError
        When the quantity does not follow from parameters.
    """
    one = _typical(arm, people)
    clearance = NG_PER_ML * one.dose_mg / one.area(one.entering)
    volume = clearance * one.moment(one.entering) / one.area(one.entering)
    weight = float(people.weight_kg[0])
    match arm.quantity:
        case "bioavailability":
            return one.area(one.entering) / one.area(one.central)
        case "clearance_l_h":
            return clearance
        case "clearance_l_h_kg":
            return clearance / weight
        case "vss_l":
            return volume
        case "vss_l_kg":
            return volume / weight
        case "half_life_h":
            return one.half_life()
    raise ValueError(f"{arm.quantity} does not follow from parameters alone")


def _typical(arm: Measurement, people: People) -> Typical:
    rule = rule_for(arm)
    assert rule is not None
    part = fit(library.load("pharmacokinetics", rule.model), DRUGS[arm.form], arm.route, None)
    system = System((part,))
    values = typical(part.model, people.covariates())
    structure = system.structure((), drive=())
    found = share(arm, system.analytes)
    assert found is not None
    factors = system.per_amount(found[0], [values])
    reading = np.zeros(system.size)
    for state, factor in factors.items():
        reading[state] = float(np.asarray(factor).ravel()[0])
    dose = _dose_mg(arm, people)
    central = np.zeros(system.size)
    central[next(iter(factors))] = dose
    return Typical(
        dense(structure, system.entry_values([values], 1))[0],
        dose,
        _entering(system, arm, values, dose),
        central,
        reading,
    )


def _dose_mg(arm: Measurement, people: People) -> float:
    if arm.regimen is None:
        return 1.0
    return float(expand(read(arm.regimen), 24.0 * 92).amounts(people.weight_kg, None)[:, 0].sum())


def _entering(system: System, arm: Measurement, values: Values, dose_mg: float) -> np.ndarray:
    entering, model = np.zeros(system.size), system.parts[0].model
    for one in model.inputs_of[arm.route]:
        share_of = model.compile(one.F, with_dose=True).evaluate(values | {DOSE: np.array([dose_mg])})
        entering[system.state(0, one.into)] += dose_mg * float(np.asarray(share_of).ravel()[0])
    return entering
