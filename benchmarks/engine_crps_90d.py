"""The benchmark problem CRPS-90d on painloop's engine: the adapter between the two, no figures of its own."""

from __future__ import annotations

import numpy as np

from painloop.core import grid as grids
from painloop.core.startup import configure, host_devices

configure()

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402  (JAX must be configured first)

from painloop.core.course import Doses  # noqa: E402
from painloop.core.elementary import log  # noqa: E402
from painloop.core.engine import Cohort, Model, Summary, launch, simulate, summarise  # noqa: E402
from painloop.core.structure import LinearStructure  # noqa: E402

NAMES = [
    "CL",
    "V1",
    "Q2",
    "V2",
    "Q3",
    "V3",
    "MTT",
    "CLm",
    "V1m",
    "Qm",
    "V2m",
    "ke0",
    "IC50",
    "EC50",
    "kout",
    "P0",
    "tau",
    "a",
    "th",
    "rate",
]
STARTS_H = np.array([0.0, 24, 48, 72, 96, 720, 1440])
INFUSION_H = 4.0
HOURLY = np.arange(2161.0)
DAILY = np.arange(0.0, 2161.0, 24.0)

A1, A2, A3, T1, T2, M1, M2, CE = range(8)
STRUCTURE = LinearStructure(
    size=8,
    entries=(
        (A1, A1), (A1, A2), (A1, A3), (A2, A1), (A2, A2), (A3, A1), (A3, A3), (T1, A1), (T1, T1), (T2, T1), (T2, T2),
        (M1, T2), (M1, M1), (M1, M2), (M2, M1), (M2, M2), (CE, A1), (CE, CE),
    ),
    inputs=(A1,),
    drive=(CE,),
)  # fmt: skip


def entry_values(p: dict[str, np.ndarray]) -> np.ndarray:
    """Entries of A in the order of the structure, 1/h."""
    ktr = 2.0 / p["MTT"]
    return np.stack([
        -(p["CL"] + p["Q2"] + p["Q3"]) / p["V1"], p["Q2"] / p["V2"], p["Q3"] / p["V3"],
        p["Q2"] / p["V1"], -p["Q2"] / p["V2"], p["Q3"] / p["V1"], -p["Q3"] / p["V3"],
        0.6 * p["CL"] / p["V1"], -ktr, ktr, -ktr,
        ktr, -(p["CLm"] + p["Qm"]) / p["V1m"], p["Qm"] / p["V2m"], p["Qm"] / p["V1m"], -p["Qm"] / p["V2m"],
        p["ke0"] / p["V1"], -p["ke0"],
    ])  # fmt: skip


def _ratio(ce: jnp.ndarray, log_ic50: jnp.ndarray) -> jnp.ndarray:
    """(Ce/IC50)^1.4."""
    return jnp.exp(1.4 * (log(jnp.maximum(ce, 1e-30)) - log_ic50))


class PainAndGain:
    """P' = kin (1 - 0.9 Ce/(EC50 + Ce)) (1 + 1.5 g) - kout P and the bistable gain g."""

    def __hash__(self) -> int:
        return hash(type(self))

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def initial(self, p: dict[str, jnp.ndarray]) -> tuple[jnp.ndarray, ...]:
        return p["P0"], jnp.ones_like(p["P0"])

    def signal(self, drive: tuple[jnp.ndarray, ...], p: dict[str, jnp.ndarray]) -> tuple[jnp.ndarray, ...]:
        ce = jnp.maximum(drive[0], 0.0)
        unblocked, apart = 1.0 + _ratio(ce, p["log_ic50"]), p["EC50"] + ce
        shared = 1.0 / (unblocked * apart)  # one division serves all
        free = shared * apart
        return p["a_per_tau"] * free, p["kin"] * (1.0 - 0.9 * ce * (shared * unblocked)), 1.0 - free

    def derivative(
        self, signal: tuple[jnp.ndarray, ...], state: tuple[jnp.ndarray, ...], p: dict[str, jnp.ndarray]
    ) -> tuple[jnp.ndarray, ...]:
        pain, g = state
        drive, made, _ = signal
        g4 = g * g
        g4 = g4 * g4
        return made * (1.0 + 1.5 * g) - p["kout"] * pain, drive * g4 / (p["th4"] + g4) - g * p["per_tau"]


def observe(
    time: jnp.ndarray,
    x: tuple[jnp.ndarray, ...],
    signal: tuple[jnp.ndarray, ...],
    y: tuple[jnp.ndarray, ...],
    p: dict[str, jnp.ndarray],
) -> tuple[jnp.ndarray, ...]:
    """Cp, Cn (ug/L), block, pain."""
    a1, m1 = x
    return a1 * p["per_V1"], m1 * p["per_V1m"], signal[2], y[0]


MODEL = Model(STRUCTURE, impulse_states=(), watch=(A1, M1), observe=observe, dynamics=PainAndGain())
BINS = np.stack([np.linspace(0, high, 65)[1:] for high in (600.0, 600.0, 1.0, 15.0)])


def cohort(theta: np.ndarray) -> tuple[Doses, Cohort]:
    """Doses and values of ``theta`` (patients, 20)."""
    p = dict(zip(NAMES, theta.T, strict=True))
    rate = np.tile(p["rate"], (len(STARTS_H), 1))
    doses = Doses(start_h=STARTS_H, stop_h=STARTS_H + INFUSION_H, input=np.zeros(len(STARTS_H)), rate=rate)
    more = {
        "log_ic50": np.log(p["IC50"]), "kin": p["kout"] * p["P0"] / 2.5, "th4": p["th"] ** 4,
        "per_tau": 1.0 / p["tau"], "a_per_tau": p["a"] / p["tau"],
    }  # fmt: skip
    more |= {"per_V1": 1.0 / p["V1"], "per_V1m": 1.0 / p["V1m"]}
    used = {name: p[name] for name in ("P0", "EC50", "kout")}
    return doses, Cohort(entry_values(p), used | more)


def grid(output_h: np.ndarray, grading: grids.Grading = grids.FINE) -> grids.Grid:
    """The shared grid for the given outputs."""
    events = np.concatenate([STARTS_H, STARTS_H + INFUSION_H])
    return grids.lay(events, output_h, grading)


def run(
    theta: np.ndarray, grading: grids.Grading = grids.FINE, batch: int = 512 * host_devices()
) -> np.ndarray:
    """(patients, 2161, 4): every output of every patient, hourly."""
    lay, out = grid(HOURLY, grading), []
    for k in range(0, len(theta), batch):
        doses, people = cohort(theta[k : k + batch])
        out.append(np.stack(simulate(MODEL, lay, doses, people).quantities, axis=-1).swapaxes(0, 1))
    return np.concatenate(out)


def trajectories(theta: np.ndarray, batch: int = 512 * host_devices()) -> None:
    """The same outputs computed and held in memory batch by batch, each quantity (2161, patients).

    This is what is timed: the layout that the engine works in, without the copy that :func:`run` makes of it.
    """
    lay = grid(HOURLY)
    for k in range(0, len(theta), batch):
        doses, people = cohort(theta[k : k + batch])
        jax.block_until_ready(launch(MODEL, lay, doses, people))


def summary(
    theta: np.ndarray, grading: grids.Grading = grids.FINE, batch: int = 512 * host_devices()
) -> Summary:
    """Daily means, variances and 64-bin sketches of the four outputs; no trajectory is kept."""
    lay, total = grid(DAILY, grading), None
    for k in range(0, len(theta), batch):
        doses, people = cohort(theta[k : k + batch])
        part = summarise(MODEL, lay, doses, people, BINS)
        total = part if total is None else total + part
    assert total is not None
    return total
