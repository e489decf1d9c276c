"""The stepping code: cells as chains of compartments, conductances, calcium, synapses and spikes, compiled by numba.

Gates stand half a step before voltages, which are advanced by the trapezoidal rule with conductances at the middle
of the step (Hines 1984); gates move exactly for the voltage they see, synapses exactly between impulses, and an
impulse counts from its own time, not from the step's. Nothing random happens here.
"""

from __future__ import annotations

import numpy as np
from numba import config, njit

from painloop.circuit.compiled import folder

config.CACHE_DIR = folder()  # type: ignore[attr-defined]

V_LOW, V_HIGH, ROWS_PER_MV = -150.0, 120.0, 10.0
"""Range and spacing (mV) of the tables of gates; a voltage outside is refused by the caller."""
NOTHING = 1e-25
"""nS under which a synapse is closed: numbers too small for the processor's normal form are slow."""
# Columns of a table: values that six gates tend to, shares they keep over a step, GHK out and in, free of magnesium.


@njit(cache=True, error_model="numpy")
def _calcium_gate(x, calcium, per_half, half_speed, fastest):  # type: ignore[no-untyped-def]
    """A gate opened by two calcium ions after a step: x + 2z/(1 + z) (c/(1 + c) - x), z = dt/(2 tau)."""
    bound = (calcium * per_half) * (calcium * per_half)
    z = min(half_speed * (1.0 + bound), fastest)
    return x + 2.0 * z * (bound - x * (1.0 + bound)) / ((1.0 + z) * (1.0 + bound))


@njit(cache=True, error_model="numpy")
def _moved(x, k, table, row, share):  # type: ignore[no-untyped-def]
    """Voltage gate ``k`` of a compartment after a step at the voltage of a table row."""
    inf = table[row, k] + share * (table[row + 1, k] - table[row, k])
    keep = table[row, 6 + k] + share * (table[row + 1, 6 + k] - table[row, 6 + k])
    return inf + (x - inf) * keep


@njit(cache=True, error_model="numpy")
def _voltage_terms(i, j, m, c, s, table, row, share):  # type: ignore[no-untyped-def]
    """Move the gates of a compartment; its conductance, the current it drives at 0 mV, and the calcium part."""
    d, g, ca = m.density, s.gates, s.calcium[i, j]
    na, k_, can, slope, at_zero = 0.0, 0.0, 0.0, 0.0, 0.0
    if d[i, j, 0] > 0.0:
        g[i, j, 0], g[i, j, 1] = (
            _moved(g[i, j, 0], 0, table, row, share),
            _moved(g[i, j, 1], 1, table, row, share),
        )
        na += d[i, j, 0] * g[i, j, 0] * g[i, j, 0] * g[i, j, 0] * g[i, j, 1]
    if d[i, j, 1] > 0.0:
        g[i, j, 2] = _moved(g[i, j, 2], 2, table, row, share)
        k_ += d[i, j, 1] * (g[i, j, 2] * g[i, j, 2]) * (g[i, j, 2] * g[i, j, 2])
    if d[i, j, 2] > 0.0:
        g[i, j, 3], g[i, j, 4] = (
            _moved(g[i, j, 3], 3, table, row, share),
            _moved(g[i, j, 4], 4, table, row, share),
        )
        na += d[i, j, 2] * g[i, j, 3] * g[i, j, 4]
    if d[i, j, 3] > 0.0:
        g[i, j, 5] = _moved(g[i, j, 5], 5, table, row, share)
        open_ = d[i, j, 3] * g[i, j, 5] * g[i, j, 5]
        low = table[row, 12] * ca * 1e-3 - table[row, 13] * c.calcium_outside
        high = table[row + 1, 12] * ca * 1e-3 - table[row + 1, 13] * c.calcium_outside
        slope = open_ * (high - low) * ROWS_PER_MV
        at_zero = open_ * (low + share * (high - low)) - slope * s.voltage[i, j]
    if d[i, j, 4] > 0.0:
        x = _calcium_gate(s.cation[i, j], ca, c.cation_per_half, c.cation_half_speed, c.cation_fastest)
        s.cation[i, j] = x
        can = d[i, j, 4] * x * x
    if d[i, j, 5] > 0.0:
        x = _calcium_gate(
            s.potassium[i, j], ca, c.potassium_per_half, c.potassium_half_speed, c.potassium_fastest
        )
        s.potassium[i, j] = x
        k_ += d[i, j, 5] * x * x * x
    conductance = m.leak[i, j] + na + k_ + can
    drive = m.leak[i, j] * c.leak + na * c.sodium + k_ * c.potassium + can * c.cation + m.injected[i, j]
    return conductance, drive, slope, at_zero


@njit(cache=True, error_model="numpy")
def _synaptic_terms(i, s, r, table, row_of, share_of, conductance, drive, ca_slope, ca_zero):  # type: ignore[no-untyped-def]
    """Add the synapses of a cell, at the middle of the step, to its compartments."""
    for k in range(r.reversal.shape[0]):
        rise, decay = s.synapses[i, k, 0], s.synapses[i, k, 1]
        if decay == 0.0:
            continue
        g = r.scale[k] * (decay * r.keep_half[i, k, 1] - rise * r.keep_half[i, k, 0])
        j = r.place[i, k]
        slope, zero = g, -g * r.reversal[k]
        if r.voltage_gated[k]:
            row, share, v = row_of[j], share_of[j], s.voltage[i, j]
            free = table[row, 14] + share * (table[row + 1, 14] - table[row, 14])
            steep = (table[row + 1, 14] - table[row, 14]) * ROWS_PER_MV
            slope = g * (free + steep * (v - r.reversal[k]))
            zero = g * free * (v - r.reversal[k]) - slope * v
        conductance[j] += slope
        drive[j] -= zero
        ca_slope[j] += r.calcium_share[k] * slope
        ca_zero[j] += r.calcium_share[k] * zero


@njit(cache=True, error_model="numpy")
def _solve(i, n, m, voltage, conductance, drive, middle):  # type: ignore[no-untyped-def]
    """Voltages of a chain of compartments half a step later (implicit, tridiagonal)."""
    for j in range(n):
        heavy = m.inertia[i, j]
        diagonal = heavy + conductance[j]
        right = heavy * voltage[i, j] + drive[j]
        if j > 0:
            diagonal += m.axial[i, j - 1]
        if j < n - 1:
            diagonal += m.axial[i, j]
        if j > 0:
            lower = m.axial[i, j - 1] / conductance[j - 1]
            diagonal -= lower * m.axial[i, j - 1]
            right += lower * middle[j - 1]
        conductance[j], middle[j] = diagonal, right
    middle[n - 1] /= conductance[n - 1]
    for j in range(n - 2, -1, -1):
        middle[j] = (middle[j] + m.axial[i, j] * middle[j + 1]) / conductance[j]


@njit(cache=True, error_model="numpy")
def _queue_spike(i, spike, step, dt, w, r, queue):  # type: ignore[no-untyped-def]
    """Send a spike to the targets of a cell, each after its delay, to the end of the step it arrives in."""
    for t in range(w.start[i], w.start[i + 1]):
        arrival = spike + w.delay[t]
        at = max(int(arrival / dt), step + 1)
        lag = (at + 1) * dt - arrival
        cell, k = w.cell[t], w.receptor[t]
        size = w.weight[t] * r.factor[cell, k]
        slot = at % queue.shape[0]
        queue[slot, cell, k, 0] += size * np.exp(-lag * r.rates[cell, k, 0])
        queue[slot, cell, k, 1] += size * np.exp(-lag * r.rates[cell, k, 1])


@njit(cache=True, error_model="numpy")
def _advance_synapses(step, dt, next_arrival, s, r, a):  # type: ignore[no-untyped-def]
    """Decay the synapses over the step and add what arrived in it; the index of the next arrival."""
    slot = step % s.queue.shape[0]
    for i in range(s.synapses.shape[0]):
        for k in range(s.synapses.shape[1]):
            for part in range(2):
                left = s.synapses[i, k, part] * r.keep[i, k, part] + s.queue[slot, i, k, part]
                s.synapses[i, k, part] = left if left > NOTHING else 0.0
                s.queue[slot, i, k, part] = 0.0
    while next_arrival < a.time.shape[0] and a.time[next_arrival] < (step + 1) * dt:
        cell, k = a.cell[next_arrival], a.receptor[next_arrival]
        lag = (step + 1) * dt - a.time[next_arrival]
        size = a.weight[next_arrival] * r.factor[cell, k]
        for part in range(2):
            s.synapses[cell, k, part] += size * np.exp(-lag * r.rates[cell, k, part])
        next_arrival += 1
    return next_arrival


@njit(cache=True, error_model="numpy")
def advance(steps, dt, m, c, r, a, w, s, table, spikes, every, trace):  # type: ignore[no-untyped-def]
    """Run ``steps`` steps of ``dt`` ms; how many spikes were written, or -1 (out of range) or -2 (too many).

    ``spikes`` (n, 2) takes cell and time (ms); ``trace`` (m, cell, compartment) a voltage at every ``every``-th step.
    """
    cells, n = s.voltage.shape
    conductance, drive, middle = np.empty(n), np.empty(n), np.empty(n)
    ca_slope, ca_zero, share_of = np.empty(n), np.empty(n), np.empty(n)
    row_of = np.empty(n, np.int64)
    found, next_arrival = 0, 0
    for step in range(steps):
        for i in range(cells):
            for j in range(n):
                place = (s.voltage[i, j] - V_LOW) * ROWS_PER_MV
                row = int(place)
                if not 0.0 <= place < table.shape[0] - 1:
                    return -1
                row_of[j], share_of[j] = row, place - row
                conductance[j], drive[j], ca_slope[j], ca_zero[j] = _voltage_terms(
                    i, j, m, c, s, table, row, place - row
                )
                conductance[j] += ca_slope[j]
                drive[j] -= ca_zero[j]
            _synaptic_terms(i, s, r, table, row_of, share_of, conductance, drive, ca_slope, ca_zero)
            _solve(i, n, m, s.voltage, conductance, drive, middle)
            before = s.voltage[i, m.soma[i]]
            for j in range(n):
                inward = max(0.0, -(ca_slope[j] * middle[j] + ca_zero[j]))
                tends = c.calcium_rest + inward * m.shell[i, j]
                s.calcium[i, j] += m.removed[i, j] * (tends - s.calcium[i, j])
                s.voltage[i, j] = 2.0 * middle[j] - s.voltage[i, j]
            after = s.voltage[i, m.soma[i]]
            if before < c.threshold <= after:
                if found == spikes.shape[0]:
                    return -2
                spike = (step + (c.threshold - before) / (after - before)) * dt
                spikes[found, 0], spikes[found, 1] = i, spike
                found += 1
                _queue_spike(i, spike, step, dt, w, r, s.queue)
        next_arrival = _advance_synapses(step, dt, next_arrival, s, r, a)
        if every > 0 and (step + 1) % every == 0:
            trace[(step + 1) // every - 1] = s.voltage
    return found
