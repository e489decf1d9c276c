"""CRPS-90d: how fast and how accurate the engine is, beside numbalsoda, in one run on this machine.

    python benchmarks/crps_90d.py            about five minutes, the first time one more for the reference
    python benchmarks/crps_90d.py --quick    a look, not a measurement

Prints accuracy, patients per second, ratios, start, latency and memory with the targets they are held
against, and leaves the figures in ``.benchmark/crps-90d.json``. Quote the ratios: they are of one run on
one machine.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from crps_90d_problem import Array, errors
from crps_90d_reference import FOLDER, reference
from measure import Call, Entry, Rate, Worker, cores, in_turns
from painloop._version import __version__

LIMIT = 1e-6
CHECKED = 100
NO_PEER = (
    "numbalsoda is missing, so no ratio is printed: "
    "install a Fortran compiler (Debian: gfortran) and run make bench again"
)
Figures = dict[str, Any]


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="few patients and rounds, no million")
    quick = parser.parse_args().quick
    figures: Figures = {"machine": machine(), "quick": quick}
    print(f"CRPS-90d on {figures['machine']['cores']} cores of {figures['machine']['processor']}")
    print("  " + ", ".join(f"{name} {version}" for name, version in figures["machine"]["versions"].items()))
    peer = importlib.util.find_spec("numbalsoda") is not None
    figures["accuracy"] = accuracy(peer)
    figures["tail"] = tail(512 if quick else 8000)
    figures["patients_per_second"] = speed(peer, 2 if quick else 5, 0.25 if quick else 1.0)
    figures["start"] = start()
    if not quick:
        figures["million"] = million(1_000_000)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "crps-90d.json").write_text(json.dumps(figures, indent=1) + "\n")
    if not peer:
        print(f"\n{NO_PEER}")


def machine() -> Figures:
    """What the figures were measured on."""
    processor = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        names = [
            line.split(":")[1].strip()
            for line in information.read_text().splitlines()
            if "model name" in line
        ]
        processor = names[0] if names else processor
    versions = {"python": platform.python_version(), "painloop": __version__}
    for name in ("jax", "numpy", "scipy", "numba", "numbalsoda"):
        if importlib.util.find_spec(name) is not None:
            versions[name] = metadata.version(name)
    return {"processor": processor, "cores": len(cores()), "versions": versions}


def accuracy(peer: bool) -> Figures:
    """Errors of the first patients against DOP853."""
    print(f"\nerror of the first {CHECKED} patients against DOP853 (limit {LIMIT:.0e})")
    exact = reference(CHECKED)
    found = {"painloop": _errors("crps_90d_engine", "outputs", (CHECKED,), exact)}
    if peer:
        found["numbalsoda"] = _errors("crps_90d_peer", "first", (CHECKED,), exact)
    for name, each in found.items():
        verdict = "within" if each["max"] <= LIMIT else "OVER THE LIMIT"
        print(f"  {name:<12} p50 {each['p50']:.1e}  p95 {each['p95']:.1e}  max {each['max']:.1e}  {verdict}")
    return found


def _errors(module: str, function: str, arguments: tuple[int, ...], exact: Array) -> dict[str, float]:
    worker = Worker(cores())
    found = errors(worker.run(Call(module, function, arguments)), exact)
    worker.close()
    return {"p50": float(np.median(found)), "p95": float(np.quantile(found, 0.95)), "max": float(found.max())}


def tail(patients: int) -> Figures:
    """Errors of many patients against the engine's finest grid."""
    worker = Worker(cores())
    found = worker.run(Call("crps_90d_engine", "tail", (patients,)))
    worker.close()
    quantiles = {"p50": 0.5, "p99": 0.99, "p999": 0.999, "max": 1.0}
    figures = {name: float(np.quantile(found, share)) for name, share in quantiles.items()}
    figures |= {"patients": patients, "over_limit": int((found > LIMIT).sum())}
    print(f"error of {patients:,} patients against the engine's finest grid")
    print("  painloop     " + "  ".join(f"{name} {figures[name]:.1e}" for name in quantiles), end="")
    print(f"  over the limit: {figures['over_limit']}")
    return figures


def speed(peer: bool, rounds: int, scale: float) -> dict[str, Figures]:
    """Patients per second on one core and on two, the peer on as many cores as the engine."""
    here = cores()[:2]
    single, pair = Worker(here[:1]), Worker(here)
    alone = [Worker([core]) for core in here] if peer else []
    many, few = round(4096 * scale), round(1024 * scale)
    entries = []
    for count, worker in ((1, single), (2, pair))[: len(here)]:
        on = f"{count} core{'s' if count > 1 else ''}"
        for name, function in (("hourly", "trajectories"), ("summaries", "summary")):
            patients = many * count * (2 if name == "summaries" else 1)
            call = Call("measure", "timed", ("engine_crps_90d", function, 0, patients))
            entries.append(Entry(f"painloop {name}, {on}", patients, ((worker, call),)))
        if peer:
            calls = [
                (alone[k], Call("measure", "timed", ("crps_90d_peer", "simulate", k * few, (k + 1) * few)))
                for k in range(count)
            ]
            entries.append(Entry(f"numbalsoda hourly, {on}", few * count, tuple(calls)))
    rates = in_turns(entries, rounds)
    for worker in (single, pair, *alone):
        worker.close()
    return _print_speed(rates, rounds)


def _print_speed(rates: dict[str, Rate], rounds: int) -> dict[str, Figures]:
    targets = {"painloop hourly": 15, "painloop summaries": 25}
    figures: dict[str, Figures] = {}
    print(f"\npatients/s, median of {rounds} rounds in turn (lowest to highest)")
    for name, rate in rates.items():
        what, count = name.split(", ")
        beside = rates.get(f"numbalsoda hourly, {count}")
        figures[name] = {"median": rate.median, "low": rate.low, "high": rate.high}
        line = f"  {name:<29} {rate.median:>9,.0f}  ({rate.low:,.0f} to {rate.high:,.0f})"
        if beside is not None and what in targets:
            ratio = figures[name]["ratio"] = rate.median / beside.median
            line += (
                f"  {ratio:.1f} x numbalsoda, target {targets[what]} x: {_verdict(ratio >= targets[what])}"
            )
        print(line)
    return figures


def start() -> Figures:
    """A process from nothing to one patient, with and without kept compilations, and then one more."""
    code = "import engine_crps_90d as engine, crps_90d_problem as problem; engine.run(problem.population(1))"
    with tempfile.TemporaryDirectory() as empty:
        without = _process_seconds(code, empty)
        kept = median(_process_seconds(code, empty) for _ in range(3))
    worker = Worker(cores())
    warm = float(worker.run(Call("crps_90d_engine", "latency_ms")))
    worker.close()
    print("\nstart and latency, one patient, 90 days, hourly")
    print(f"  cold process, nothing compiled    {without:6.2f} s")
    print(f"  cold process, compilations kept   {kept:6.2f} s   target under 3 s: {_verdict(kept < 3)}")
    print(f"  warm                              {warm:6.2f} ms  target under 5 ms: {_verdict(warm < 5)}")
    return {"cold_uncached_s": without, "cold_s": kept, "warm_ms": warm}


def _process_seconds(code: str, cache: str) -> float:
    path = os.pathsep.join(filter(None, [str(Path(__file__).parent), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PAINLOOP_CACHE": cache, "PYTHONPATH": path}
    begin = perf_counter()
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    return perf_counter() - begin


def million(patients: int) -> Figures:
    """A large population summarised on two cores."""
    worker = Worker(cores()[:2])
    found: Figures = worker.run(Call("crps_90d_engine", "many", (patients,)))
    worker.close()
    seconds, peak = found["seconds"], found["peak_mb"]
    print(f"\n{patients:,} patients x 90 days summarised on {len(cores()[:2])} cores")
    print(f"  {seconds:.0f} s, target under 40 s: {_verdict(seconds < 40)}")
    print(f"  {peak:,.0f} MB at most, target under 2,000 MB: {_verdict(peak < 2000)}")
    return {"patients": patients, **found}


def _verdict(reached: bool) -> str:
    return "reached" if reached else "missed"


if __name__ == "__main__":
    main()
