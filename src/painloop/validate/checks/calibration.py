"""What calibration found on held-out clusters of trials, from its stored long run."""

from __future__ import annotations

from collections.abc import Iterator

from painloop.validate.claims import Claim
from painloop.validate.findings import Finding, check, not_found
from painloop.validate.stored import stored

NOT_THERE = "no calibration is stored (validation/calibration.json)"


@check("calibration")
def calibration(_claim: Claim) -> Iterator[Finding]:
    """A figure of the stored calibration."""
    if stored("calibration") is None:
        yield not_found(NOT_THERE)
        return
    yield not_found("not read yet")
