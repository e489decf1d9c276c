"""The rival hypotheses of relief that outlasts the drug: one a file, behind one interface."""

from painloop.loop.rival import Rival
from painloop.loop.rivals import RIVALS, rival_names, rivals

__all__ = ["RIVALS", "Rival", "rival_names", "rivals"]
