"""What an assay would read: the model's residual error on top of a concentration."""

from __future__ import annotations

import numpy as np

from painloop.exposure.system import Part
from painloop.patient.streams import normal


def measured(parts: tuple[Part, ...], analyte: str, values: np.ndarray, seed: int, start: int) -> np.ndarray:
    """Concentrations (times, patients) with the residual error of the model that predicts the analyte.

    A model without a published residual returns them unchanged. Readings below zero are reported as zero.
    """
    for part in parts:
        for one in part.model.residual:
            if part.label(one.analyte) != analyte:
                continue
            scatter = np.stack(
                [
                    normal(seed, f"residual:{part.model.id}:{one.analyte}:{row}", start, values.shape[1])
                    for row in range(len(values))
                ]
            )
            if one.log_sd:
                return values * np.exp(one.log_sd * scatter)
            sd = np.hypot((one.proportional_sd or 0.0) * values, one.additive_sd or 0.0)
            return np.maximum(values + sd * scatter, 0.0)
    return values
