"""The rival hypotheses of relief that outlasts the drug: one a file, behind one interface."""

from painloop.loop.rivals import RIVALS, Rival, rival_names, rivals

__all__ = ["RIVALS", "Rival", "rival_names", "rivals"]
