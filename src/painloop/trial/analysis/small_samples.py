"""Contrasts of a restricted-likelihood fit with degrees of freedom of Satterthwaite or of Kenward and Roger.

V is linear in its parameters, so the second derivatives that Kenward and Roger's adjustment asks for (their R) are
zero, and for a contrast of one degree of freedom their scale factor is one and their degrees of freedom those of
Satterthwaite: what differs is the standard error.

References
----------
Satterthwaite 1946, doi:10.2307/3002019; Kenward and Roger 1997, doi:10.2307/2533558; Fai and Cornelius 1996,
doi:10.1080/00949659608811740.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from painloop.trial.analysis.reml import (
    Array,
    Solution,
    average_information,
    bearings,
    expected_information,
    well_conditioned,
    whitened,
)

Method = Literal["kenward-roger", "satterthwaite"]


@dataclass(frozen=True)
class Precision:
    """What standard errors and degrees of freedom are made of, for R replicates.

    Parameters
    ----------
    root : (R, p, p), root root' is the model-based covariance of the coefficients. adjusted : (R, p, p), middle of
    the adjusted one. borne : (R, m, p, p), from bearings. parameters : (R, m, m), covariance of the parameters of V.
    """

    root: Array
    adjusted: Array
    borne: Array
    parameters: Array


def precision(found: Solution, basis: Array, method: Method) -> Precision:
    """Precision of the coefficients at the maximum of the restricted likelihood.

    The covariance of the parameters of V is the inverse of their observed information, as in SAS PROC MIXED and
    the R package mmrm; of the expected one where a flat top leaves the observed one without inverse. All in units of V.
    """
    found, _ = whitened(found)
    borne = bearings(found, basis)
    expected = expected_information(found, basis, borne)
    observed = 2 * average_information(found, basis) - expected
    information = np.where(well_conditioned(observed)[:, None, None], observed, expected)
    parameters = np.linalg.inv(information)
    middle = np.broadcast_to(np.eye(found.root.shape[-1]), found.root.shape)
    if method == "kenward-roger":
        middle = middle + 2 * _inflation(found, basis, borne, parameters)
    return Precision(found.root, middle, borne, parameters)


def contrast_variance(precise: Precision, contrasts: Array) -> tuple[Array, Array]:
    """Variance (R, q) and degrees of freedom (R, q) of contrasts (R, q, p) or (q, p)."""
    turned = contrasts @ precise.root
    variance = np.sum((turned @ precise.adjusted) * turned, axis=-1)
    plain = np.sum(turned**2, axis=-1)
    slopes = np.einsum("rkij,rqi,rqj->rqk", precise.borne, turned, turned, optimize=True)
    spread = np.einsum("rqk,rkl,rql->rq", slopes, precise.parameters, slopes, optimize=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return variance, 2 * plain**2 / spread


def _inflation(found: Solution, basis: Array, borne: Array, parameters: Array) -> Array:
    """Sum over k, l of W_kl root' (Q_kl - P_k Phi P_l) root, (R, p, p), in the notation of Kenward and Roger."""
    replicates, subjects, visits = found.scaled.shape
    shape = (replicates, visits, visits, visits, visits)
    weighted = (basis @ parameters @ basis.T).reshape(shape).transpose(0, 2, 3, 1, 4)
    flat = found.weights.reshape(replicates, subjects, -1)
    kernel = flat @ weighted.reshape(replicates, visits**2, visits**2)
    kernel = kernel.reshape(found.weights.shape)
    gain = np.swapaxes(found.spread, 2, 3) @ (kernel @ found.spread)
    p = borne.shape[-1]
    crossed = (parameters @ borne.reshape(*borne.shape[:2], -1)).reshape(borne.shape)
    loss = np.swapaxes(borne.reshape(replicates, -1, p), 1, 2) @ crossed.reshape(replicates, -1, p)
    inflation = gain.sum(axis=1) - loss
    return 0.5 * (inflation + np.swapaxes(inflation, 1, 2))
