"""A plain reference for library self-checks: matrix exponentials on a fine grid, independent of the engine.

Reads the few sentence shapes that self-checks use; it is no parser of the regimen language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm

from painloop.library.schema import OUT, Pharmacokinetics, SelfCheck

UNITS_H = {"min": 1 / 60, "h": 1.0}
ROUTES = "iv|nasal|oral|sublingual"


@dataclass(frozen=True)
class Piece:
    """A dose: mg over ``duration_h`` from ``start_h`` by ``route`` (duration 0: a depot dose)."""

    route: str
    start_h: float
    duration_h: float
    mg: float


def read_doses(sentence: str, weight_kg: float) -> list[Piece]:
    """The doses of a self-check sentence."""
    _, rest = sentence.split(" ", 1)
    start, pieces, route = 0.0, [], ""
    for part in rest.split(", then "):
        found = re.fullmatch(
            rf"([\d.]+) (mg|mg/kg|mg/kg/h)(?: ({ROUTES}))?(?: (?:over|for) ([\d.]+) (min|h))?", part
        )
        assert found, f"the reference does not read {part!r}"
        number, unit, named, length, length_unit = found.groups()
        route = named or route
        duration = float(length) * UNITS_H[length_unit] if length else 0.0
        mg = float(number) * (weight_kg if "kg" in unit else 1.0) * (duration if unit.endswith("/h") else 1.0)
        pieces.append(Piece(route, start, duration, mg))
        start += duration
    return pieces


class Reference:
    """Typical concentrations of a model on a uniform grid."""

    def __init__(self, model: Pharmacokinetics, weight_kg: float, covariates: dict[str, float]) -> None:
        self.model = model
        names = {name: value.number for name, value in model.parameters.items()}
        names |= {name: one.reference for name, one in model.covariates.items()}
        if "WT" in model.covariates:
            names["WT"] = weight_kg
        names |= covariates
        self.names = names
        for derived in model.derived:
            names[derived.name] = float(model.compile(derived.expression).evaluate(names))
        self.place = {one.name: number for number, one in enumerate(model.compartments)}
        self.matrix = self._assembled()

    def value(self, text: str, dose_mg: float = 0.0) -> float:
        return float(self.model.compile(text, with_dose=True).evaluate(self.names | {"DOSE": dose_mg}))

    def _assembled(self) -> np.ndarray:
        size = len(self.place)
        matrix = np.zeros((size, size))
        for flow in self.model.flows:
            rate = self.value(flow.rate)
            giver = self.place[flow.from_]
            matrix[giver, giver] -= rate
            if flow.to != OUT:
                matrix[self.place[flow.to], giver] += rate * self.model.mass_ratio(flow)
        return matrix

    def amounts(self, pieces: list[Piece], horizon_h: float, step_h: float) -> tuple[np.ndarray, np.ndarray]:
        """Times (T,) and amounts (T, compartments); the sum of exact one-step responses of every input."""
        size, count = len(self.place), round(horizon_h / step_h)
        times = np.arange(count + 1) * step_h
        state = np.zeros((count + 1, size))
        for piece in pieces:
            for one in self.model.inputs_of[piece.route]:
                mg = piece.mg * self.value(one.F, piece.mg)
                length = self.value(one.duration, piece.mg) if one.duration else piece.duration_h
                state += self._response(times, piece.start_h, length, mg, self.place[one.into])
        return times, state

    def _response(self, times: np.ndarray, start: float, length: float, mg: float, into: int) -> np.ndarray:
        size = len(self.place)
        out = np.zeros((len(times), size))
        load = np.zeros(size)
        load[into] = mg
        step = times[1] - times[0]
        after = np.zeros(size)
        first = int(np.searchsorted(times, start + length - 1e-12))
        if length > 0:
            augmented = np.zeros((size + 1, size + 1))
            augmented[:size, :size], augmented[:size, size] = self.matrix, load / length
            for k in range(int(np.searchsorted(times, start - 1e-12)), first):
                out[k] = expm(augmented * (times[k] - start))[:size, size]
            after = expm(augmented * length)[:size, size]
        else:
            after = load
        if first < len(times):
            out[first] = expm(self.matrix * (times[first] - start - length)) @ after
            move = expm(self.matrix * step)
            for k in range(first + 1, len(times)):
                out[k] = move @ out[k - 1]
        return out


def computed(model: Pharmacokinetics, check: SelfCheck) -> float:
    """What the reference gives for a self-check."""
    reference = Reference(model, check.weight_kg, dict(check.covariates))
    if check.quantity == "expression":
        assert check.expression
        return reference.value(check.expression)
    assert check.regimen
    horizon = check.until_h or 96.0
    times, amounts = reference.amounts(read_doses(check.regimen, check.weight_kg), horizon, 1 / 120)
    output = next(one for one in model.outputs if one.analyte == check.analyte)
    curve = 1000 * amounts[:, reference.place[output.compartment]] / reference.value(output.volume)
    if check.quantity == "cmax_ng_ml":
        return float(curve.max())
    if check.quantity == "tmax_h":
        return float(times[curve.argmax()])
    if check.quantity == "conc_ng_ml":
        assert check.at_h is not None
        return float(np.interp(check.at_h, times, curve))
    if check.quantity == "auc_ng_h_ml" and check.until_h:
        return float(np.trapezoid(curve, times))
    slope = np.log(curve[-1200] / curve[-1]) / (times[-1] - times[-1200])
    if check.quantity == "half_life_h":
        return float(np.log(2) / slope)
    return float(np.trapezoid(curve, times) + curve[-1] / slope)
