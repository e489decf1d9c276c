"""The JSON shape of ``painloop trial --json``: typed and stable, and all that tables, figures and pages are made of.

Days count from the start of the course. Whatever could not be computed is null, and a sentence near it says why.
``rival`` is the name of one explanation of lasting relief, or ``all`` for the mixture of those that were run.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


class Share(BaseModel):
    """``count`` of ``of`` replicates as a fraction, with the exact binomial 95 % interval."""

    value: float
    low: float
    high: float
    count: int
    of: int


class Spread(BaseModel):
    """A quantity over replicates: mean and the 2.5th and 97.5th percentile; null where no replicate has it."""

    mean: float | None
    low: float | None
    high: float | None


class TrialArmAnswer(BaseModel):
    """An arm that was run; ``n`` participants start in it (crossover: each person comes through every arm).

    ``regimen_confidence`` and ``regimen_note`` say how sure it is that the regimen is the one that was given.
    """

    name: str
    treatment: str
    role: str
    n: int
    regimen: str | None
    regimen_confidence: str = "verified"
    regimen_note: str | None = None


class LeftOut(BaseModel):
    """An arm or a printed number that cannot be predicted, and why."""

    name: str
    reason: str


class Curve(BaseModel):
    """Predicted mean rating of an arm at the visits, NRS, with the 95 % band of arm means over replicates.

    ``day``, ``mean``, ``low`` and ``high`` have one value a visit; the first is the baseline on day 0.
    """

    arm: str
    role: str
    rival: str
    day: list[float]
    mean: list[float | None]
    low: list[float | None]
    high: list[float | None]


class Point(BaseModel):
    """A printed mean of an arm, NRS, with its 95 % interval where spread or interval was printed."""

    arm: str
    day: float
    value: float
    low: float | None
    high: float | None
    confidence: str
    source: str


class Prediction(BaseModel):
    """A printed result beside what is predicted for a study of the same size.

    ``against`` names the other arm of a contrast. ``inside`` says whether the observed value lies in the predictive
    95 % interval ``low`` to ``high``. ``in_sample``: a library value that is used was fitted on these people, so that
    the row is no evidence. Where only a p was printed, ``p_share`` is the share of replicates with a p at most (or at
    least) that, and nothing is judged. ``reason`` says why there is no prediction.
    """

    arm: str
    against: str | None = None
    quantity: str
    day: float | None
    n: int | None = None
    observed: float | None
    observed_low: float | None = None
    observed_high: float | None = None
    predicted: float | None
    low: float | None
    high: float | None
    inside: bool | None
    in_sample: bool
    p: float | None = None
    p_is: str | None = None
    p_share: float | None = None
    reason: str | None = None


class Flow(BaseModel):
    """Participants of an arm: in the first replicate (whole numbers) and on average over all.

    ``analysed`` have what the primary analysis needs; ``left`` stopped before the last visit; ``rescued`` took rescue
    medication at least once; ``missing`` have no rating at the visit of the primary endpoint. ``reached`` counts who
    has a rating, by visit.
    """

    arm: str
    allocated: int
    left: int
    rescued: int
    missing: int
    analysed: int
    reached: dict[str, int]
    mean_left: float
    mean_rescued: float
    mean_missing: float
    mean_analysed: float


class EndpointAnswer(BaseModel):
    """An endpoint by arm and, for each comparison (``A - B``), the difference, over replicates.

    ``by_arm`` are means or shares as analysed; the primary endpoint alone is tested.
    """

    name: str
    quantity: str
    unit: str
    visit: str | None
    primary: bool
    by_arm: dict[str, Spread]
    differences: dict[str, Spread]


class Operating(BaseModel):
    """How the primary analysis behaves over replicates of one comparison under one rival (or ``all``).

    ``truth`` is what it aims at: the estimand in a large population, with its own simulation error ``truth_error``.
    ``bias`` is the mean of estimate minus truth, ``bias_error`` its standard error from replicates and truth together.
    ``power`` counts p < alpha in replicates with the effect, ``type_1`` in replicates without (null where the control
    is an active drug, whose effect stays); ``coverage`` intervals that hold the truth. ``width`` is the mean width of
    the interval. Replicates that could not be analysed count as not significant and as not covering.
    """

    rival: str
    arm: str
    against: str
    replicates: int
    truth: float | None
    truth_error: float | None
    estimate: Spread
    power: Share | None
    type_1: Share | None
    bias: float | None
    bias_error: float | None
    coverage: Share | None
    width: float | None
    converged: Share


class PowerPoint(BaseModel):
    """Power of the primary comparison with ``n_per_arm`` participants an arm."""

    n_per_arm: int
    participants: int
    power: Share


class SampleSize(BaseModel):
    """The smallest number per arm whose power reaches ``wanted``; null where no number up to ``largest`` does.

    ``low`` and ``high`` are where the 95 % band of the fitted curve crosses ``wanted``.
    """

    wanted: float
    n_per_arm: int | None
    low: int | None
    high: int | None
    largest: int
    curve: list[PowerPoint]
    sentence: str


class Dose(BaseModel):
    """A dose of an escalation: how often it is called the maximum tolerated one, and people at it on average."""

    arm: str
    chosen: Share
    treated: float
    limited: float


class Escalation(BaseModel):
    """What the 3+3 rule does: ``none`` is how often not even the first dose is tolerated."""

    quantity: str
    above: float
    cohort: int
    none: Share
    doses: list[Dose]
    sentence: str


class TrialAnswer(BaseModel):
    """The whole answer of a trial. ``headlines`` are sentences to lead with, most important first."""

    id: str
    title: str
    status: str = Field(description="published, planned or registered")
    citation: str
    words: str = Field(description="what was run, in one sentence")
    condition: dict[str, str]
    design: str
    blinded: str
    arms: list[TrialArmAnswer]
    left_out: list[LeftOut]
    replicates: int
    null: bool = Field(description="ketamine was taken to act like placebo, with its felt effects")
    seed: int
    rivals: list[str]
    rival_weights: str
    parameters: str
    estimand: dict[str, str]
    analysis: dict[str, Any] | None
    primary: str | None
    headlines: list[str]
    predictions: list[Prediction]
    curves: list[Curve]
    points: list[Point]
    flow: list[Flow]
    endpoints: list[EndpointAnswer]
    operating: list[Operating]
    missing: float | None = Field(
        description="mean share of participants without a rating at the primary visit"
    )
    sample_size: SampleSize | None
    power_curve: list[PowerPoint]
    escalation: Escalation | None = Field(
        default=None, description="of a dose escalation: what its rule does"
    )
    events: dict[str, dict[str, Spread]] = Field(description="adverse events: event, arm, share of people")
    not_modelled: list[str]
    warnings: list[str]
    provenance: dict[str, Any]
