"""Courses of the gain rivals by an independent solver, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
from scipy.integrate import solve_ivp

from painloop import library
from painloop.core.startup import configure
from painloop.loop import RIVALS
from painloop.loop.gain import Constants
from painloop.loop.rival import Drive, Rival
from painloop.loop.steady_states import sensitized

configure()

CENTRAL, DRIVEN = RIVALS["central_gain"], RIVALS["driven_gain"]
ENTRIES = {rival.name: library.load("loop", rival.file) for rival in (CENTRAL, DRIVEN)}
K = Constants.of(ENTRIES["central_gain"])
Block = Callable[[float], float]
DAY_H = 24.0


def constants(kappa: float, h: float) -> Constants:
    """The shipped set with another feedback or steepness."""
    return replace(K, kappa=kappa, h=h)


def proportional(block: np.ndarray) -> np.ndarray:
    """Wind-up left, 1 - B: what the loop was first proposed with, before the circuit was run."""
    return np.asarray(1.0 - np.asarray(block, float))


def persons(rival: Rival, inputs: np.ndarray) -> dict[str, np.ndarray]:
    """Parameters of people with given inputs."""
    entry = ENTRIES[rival.name]
    chance = {"responder": np.zeros(len(inputs)), "N": np.full(len(inputs), 0.5)}
    drawn = rival.draw(entry, chance, treated=True)
    k = Constants.of(entry, frozen=rival.name == "driven_gain")
    return drawn | {"N": inputs, "g_start": sensitized(inputs, k)}


@cache
def _slope(rival: Rival) -> Callable[..., jax.Array]:
    def slope(blocked: jax.Array, left: jax.Array, state: jax.Array, p: dict[str, jax.Array]) -> jax.Array:
        signal = rival.signal(Drive(jnp.zeros(()), blocked, left), p)
        return jnp.stack(rival.derivative(signal, tuple(state), p))

    return jax.jit(slope)


def course(
    rival: Rival,
    p: dict[str, np.ndarray],
    block: Block,
    edges_d: Sequence[float],
    at_d: Sequence[float],
    scale: np.ndarray | float = 1.0,
) -> np.ndarray:
    """States (times, states, people) at times in days, by DOP853, restarted at every edge of the block.

    The wind-up left is 1 - B, as in the proposal.
    """
    people = max(np.size(v) for v in p.values())
    shape = (len(rival.states), people)
    state = np.stack([np.broadcast_to(s, people) for s in rival.initial(p)])
    times, found = np.asarray(at_d, float), []
    edges = sorted({0.0, *(e for e in edges_d if 0.0 < e < times[-1]), float(times[-1])})

    for begin, end in pairwise(edges):

        def slope(t: float, y: np.ndarray, begin: float = begin, end: float = end) -> np.ndarray:
            day = min(max(t / DAY_H, begin), end - 1e-9)
            blocked = np.clip(block(day) * scale, 0.0, 0.98) * np.ones(people)
            return np.asarray(_slope(rival)(blocked, 1.0 - blocked, y.reshape(shape), p)).ravel()

        inside = times[(times > begin) & (times <= end)]
        run = solve_ivp(
            slope, (begin * DAY_H, end * DAY_H), state.ravel(), "DOP853",
            dense_output=True, rtol=1e-8, atol=1e-10,
        )  # fmt: skip
        found.extend(run.sol(day * DAY_H).reshape(shape) for day in inside)
        state = run.y[:, -1].reshape(shape)
    return np.stack(found)


def pulses(spans: Sequence[tuple[float, float, float]]) -> tuple[Block, list[float]]:
    """A block that is constant within spans (begin, end, block) in days, and its edges."""

    def block(day: float) -> float:
        return max((b for begin, end, b in spans if begin <= day < end), default=0.0)

    return block, [edge for begin, end, _ in spans for edge in (begin, end)]
