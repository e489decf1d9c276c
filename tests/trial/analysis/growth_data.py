"""Growth of 11 girls and 16 boys at ages 8, 10, 12 and 14 (distance in mm): Potthoff and Roy 1964.

As printed in example 2 of the MIXED procedure, SAS/STAT user's guide. Little and Rubin 1987 left out nine
measurements at age 10, of children who were small at age 8, so that the rest is missing at random.
"""

from __future__ import annotations

import numpy as np

from painloop.trial.analysis import columns, visit_design

GIRLS, BOYS = 11, 16
_DISTANCES = """
21.0 20.0 21.5 23.0  21.0 21.5 24.0 25.5  20.5 24.0 24.5 26.0  23.5 24.5 25.0 26.5  21.5 23.0 22.5 23.5
20.0 21.0 21.0 22.5  21.5 22.5 23.0 25.0  23.0 23.0 23.5 24.0  20.0 21.0 22.0 21.5  16.5 19.0 19.0 19.5
24.5 25.0 28.0 28.0
26.0 25.0 29.0 31.0  21.5 22.5 23.0 26.5  23.0 22.5 24.0 27.5  25.5 27.5 26.5 27.0  20.0 23.5 22.5 26.0
24.5 25.5 27.0 28.5  22.0 22.0 24.5 26.5  24.0 21.5 24.5 25.5  23.0 20.5 31.0 26.0  27.5 28.0 31.0 31.5
23.0 23.0 23.5 25.0  21.5 23.5 24.0 28.0  17.0 24.5 26.0 29.5  22.5 25.5 25.5 26.0  23.0 24.5 26.0 30.0
22.0 21.5 23.5 25.0
"""
_LEFT_OUT = [3, 6, 9, 10, 13, 16, 23, 24, 27]

SEX = np.repeat([0, 1], [GIRLS, BOYS])
COMPLETE = np.array(_DISTANCES.split(), float).reshape(-1, 4)
INCOMPLETE = COMPLETE.copy()
INCOMPLETE[np.array(_LEFT_OUT) - 1, 1] = np.nan

EACH_AGE = visit_design(columns(SEX), 4)
"""Jennrich and Schluchter's model 1: a mean for each sex at each age."""
_AGE = np.broadcast_to(np.array([8.0, 10.0, 12.0, 14.0]), COMPLETE.shape)
_BOY = np.broadcast_to(SEX[:, None], COMPLETE.shape)
LINES = np.stack([np.ones_like(_AGE), _BOY, _AGE, _BOY * _AGE], axis=-1)
"""Their model 2: a line for each sex."""
