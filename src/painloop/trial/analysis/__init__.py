"""Statistical analyses of a trial, of one or of thousands of replicates at once."""

from painloop.trial.analysis.ancova import Ancova, ancova
from painloop.trial.analysis.crossover import Crossover, crossover
from painloop.trial.analysis.designs import Columns, VisitDesign, columns, visit_design
from painloop.trial.analysis.estimates import Estimates
from painloop.trial.analysis.intervals import Mean, Share, clopper_pearson, monte_carlo, wilson
from painloop.trial.analysis.mmrm import Fit, contrast, fit, least_squares_means, treatment_difference
from painloop.trial.analysis.responders import Paired, Responders, compare_paired, compare_responders
from painloop.trial.analysis.returns import Returns, Survival, compare_returns, median, survival
from painloop.trial.analysis.scoring import Outcome

__all__ = [
    "Ancova",
    "Columns",
    "Crossover",
    "Estimates",
    "Fit",
    "Mean",
    "Outcome",
    "Paired",
    "Responders",
    "Returns",
    "Share",
    "Survival",
    "VisitDesign",
    "ancova",
    "clopper_pearson",
    "columns",
    "compare_paired",
    "compare_responders",
    "compare_returns",
    "contrast",
    "crossover",
    "fit",
    "least_squares_means",
    "median",
    "monte_carlo",
    "survival",
    "treatment_difference",
    "visit_design",
    "wilson",
]
