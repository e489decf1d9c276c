"""Mixed model for repeated measures: milliseconds a fit, beside a general optimiser on the same likelihood.

    python benchmarks/mmrm.py            about a minute
    python benchmarks/mmrm.py --quick    a look, not a measurement

The peer is scipy's L-BFGS-B on the restricted likelihood of one trial at a time, with the exact slope, V = L L' and
the same start, which is more than it would have of its own. Both are pinned to one core. Quote the ratios: they are
of one run on one machine. That both find the same likelihood is printed.
"""

from __future__ import annotations

import argparse
from statistics import median
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from measure import Call, Worker, cores
from painloop.trial.analysis import VisitDesign, columns, fit, treatment_difference, visit_design
from painloop.trial.analysis.reml import Repeated, slope, solve
from painloop.trial.analysis.scoring import start
from painloop.trial.analysis.structures import unstructured

Array = NDArray[np.float64]
PATIENTS = 60


def main() -> None:
    """Measure fits of trials of 60 patients and print them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="few replicates and rounds")
    quick = parser.parse_args().quick
    rounds, replicates, beside = (1, 40, 3) if quick else (3, 200, 10)
    worker = Worker(cores()[:1])
    print(f"trials of {PATIENTS} patients, arm by visit and baseline by visit, dropout; ms a fit on one core")
    print(
        "visits  missing  together   alone  L-BFGS-B   ratios        contrast  log-likelihood beside the peer's"
    )
    for visits in (4, 6, 12):
        print(worker.run(Call("mmrm", "line", (visits, rounds, replicates, beside))))
    worker.close()


def line(visits: int, rounds: int, replicates: int, beside: int) -> str:
    """What is printed of trials of so many visits."""
    y, design = trials(replicates, visits)
    fits, contrasts = zip(*(timed(y, design) for _ in range(rounds)), strict=True)
    alone, peer, low, high = beside_the_peer(y[:beside], design.X[:beside])
    together = median(fits)
    return (
        f"{visits:6} {np.isnan(y).mean():8.0%} {together:9.2f} {alone:7.1f} {peer:9.1f}"
        f"   {peer / together:4.1f}x {peer / alone:4.1f}x {median(contrasts):9.2f}   {low:+.1e} to {high:+.1e}"
    )


def trials(replicates: int, visits: int) -> tuple[Array, VisitDesign]:
    """Diaries of two arms with correlated visits, 4 % dropout a visit, 3 % missed visits."""
    random = np.random.default_rng(1)
    own = random.normal(0, 1.5, (replicates, PATIENTS, 1))
    y = 6 + own + random.normal(0, 1.2, (replicates, PATIENTS, visits))
    y += 0.3 * random.normal(size=y.shape).cumsum(axis=2)
    baseline = 6 + own[..., 0] + random.normal(0, 1, own.shape[:2])
    last = random.geometric(0.04, own.shape)
    y[(np.arange(visits) >= last) | (random.random(y.shape) < 0.03)] = np.nan
    return y, visit_design(columns(np.arange(PATIENTS) % 2, baseline), visits)


def timed(y: Array, design: VisitDesign) -> tuple[float, float]:
    """Milliseconds a replicate of a fit of all replicates together, and of the contrast at the last visit."""
    began = perf_counter()
    fitted = fit(y, design.X)
    between = perf_counter()
    treatment_difference(fitted, design)
    ended = perf_counter()
    if not fitted.converged.all():
        print(f"    {np.count_nonzero(~fitted.converged)} of {len(y)} fits did not converge")
    return 1e3 * (between - began) / len(y), 1e3 * (ended - between) / len(y)


def beside_the_peer(y: Array, X: Array) -> tuple[float, float, float, float]:
    """Median milliseconds of a fit alone and of the peer, and the range of likelihood gained over the peer."""
    own, peer, gained = [], [], []
    for outcomes, design in zip(y, X, strict=True):
        began = perf_counter()
        fitted = fit(outcomes, design)
        between = perf_counter()
        found = climb_generally(outcomes, design)
        peer.append(1e3 * (perf_counter() - between))
        own.append(1e3 * (between - began))
        gained.append(float(fitted.log_likelihood[0]) - found)
    return median(own), median(peer), min(gained), max(gained)


def climb_generally(y: Array, X: Array) -> float:
    """The highest restricted log-likelihood that L-BFGS-B finds."""
    data, visits = Repeated.of(y[None], X[None]), y.shape[1]
    lower = np.tril_indices(visits)
    first, _ = start(data, unstructured(visits))

    def cost(x: Array) -> tuple[float, Array]:
        factor = np.zeros((visits, visits))
        factor[lower] = x
        found = solve(data, (factor @ factor.T)[None])
        if not np.isfinite(found.log_likelihood[0]):
            return 1e10, np.zeros_like(x)
        return -float(found.log_likelihood[0]), -(slope(found)[0] @ factor)[lower]

    options = {"maxiter": 2000, "maxfun": 5000, "ftol": 1e-13, "gtol": 1e-5}
    start_at = np.linalg.cholesky(first[0])[lower]
    return -float(minimize(cost, start_at, jac=True, method="L-BFGS-B", options=options).fun)


if __name__ == "__main__":
    main()
