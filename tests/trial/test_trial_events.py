"""When a score counts as an event: the derived threshold gives back the shares it was derived from."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm
from trial_protocols import trial

from painloop import library
from painloop.trial import events

CANUSO = {"drug": 0.339, "placebo": 0.058, "peak": 101.0}
"""Shares with dissociation after 84 mg nasal esketamine and placebo (10.1097/JCP.0000000000001465, Table 2), and the
typical peak (10.1007/s40262-020-00953-4, Table 4), S-ketamine, ng/mL."""


def test_the_derived_threshold_gives_the_share_that_was_seen():
    curve = library.load("outcomes", "bowdle-1998")
    omega2 = curve.iiv[0].omega2[0][0]
    mean = curve.parameters["slope"].number * curve.parameters["relative_potency_S"].number * CANUSO["peak"]
    above = events.thresholds(trial())["dissociation"]
    passing = norm.sf((np.log(above / mean) + omega2 / 2) / np.sqrt(omega2))
    none = events.background("dissociation")
    assert none == CANUSO["placebo"]
    assert 1 - (1 - none) * (1 - passing) == pytest.approx(CANUSO["drug"], abs=0.001)


def test_what_a_trial_declares_comes_first_and_what_nobody_derived_is_no_event():
    own = {"name": "d", "quantity": "adverse_event", "event": "dissociation", "above": 3}
    assert events.thresholds(trial(endpoints=[own])) == {"dissociation": 3.0}
    assert set(events.thresholds(trial())) == {"dissociation"}
