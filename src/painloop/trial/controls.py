"""Active controls: each follows the curve that was observed of its own drug, never that of ketamine."""

from __future__ import annotations

import numpy as np

from painloop.library.schema.trials import Control


def relief(control: Control, time_h: np.ndarray) -> np.ndarray:
    """Fraction of pain removed beyond placebo, (times,): rises evenly to its peak, then halves again and again.

    Parameters
    ----------
    time_h : hours since the control was started; before it there is no relief.

    Examples
    --------
    >>> from painloop import library
    >>> alfentanil = library.load("controls", "max-1995-alfentanil")
    >>> float(relief(alfentanil, np.array([-1.0]))[0])
    0.0
    """
    peak, half_life = control.parameters["peak_h"].number, control.parameters["half_life_h"].number
    time = np.asarray(time_h, float)
    rise = np.clip(time / peak, 0.0, 1.0) if peak > 0.0 else np.where(time >= 0.0, 1.0, 0.0)
    fall = 0.5 ** (np.maximum(time - peak, 0.0) / half_life)
    return control.parameters["relief"].number * rise * fall
