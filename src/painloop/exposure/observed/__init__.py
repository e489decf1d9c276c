"""Measured human concentrations that no model was fitted on, beside what the default models predict for them.

``arms`` decides which readings may be compared, ``predicting`` predicts them, ``checks`` computes clearances,
bioavailabilities and half-lives that a model implies, ``scores`` sums up, ``comparison`` puts the table together.
"""

from painloop.exposure.observed.comparison import Comparison, input_hash, observed
from painloop.exposure.observed.rows import Excluded, Reading, Score

__all__ = ["Comparison", "Excluded", "Reading", "Score", "input_hash", "observed"]
