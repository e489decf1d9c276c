"""Puts the line together: library -> regimen -> exposure -> block -> loop -> outcomes -> one labelled result.

``line`` assembles the model, ``persons`` draws who is treated, ``accumulate`` merges batches into quantiles,
``result`` labels them, ``run`` is :func:`simulate`.
"""

from painloop.simulation.result import Result
from painloop.simulation.run import simulate

__all__ = ["Result", "simulate"]
