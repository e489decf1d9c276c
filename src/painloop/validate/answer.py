"""The whole: every claim judged, the worst news in sentences, and the rows behind the figures. Also the JSON shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from painloop._version import __version__
from painloop.errors import InputError
from painloop.validate import checks as checks
from painloop.validate.checks.calibration import held_out_rows
from painloop.validate.checks.exposure import comparison
from painloop.validate.checks.pooled import PooledRow, pooled_rows
from painloop.validate.checks.trials import rows as trial_rows
from painloop.validate.claims import Claim, Grade, registry
from painloop.validate.findings import CHECKS, Finding
from painloop.validate.news import FIRST, can, cannot, news
from painloop.validate.scores import HeldOut, TrialRow

Outcome = Literal["fails", "misses", "unchecked", "tested", "reported", "holds"]
ORDER: tuple[Outcome, ...] = ("fails", "misses", "unchecked", "reported", "tested", "holds")
"""Failures first, then what misses its bar, then what nobody looked at, then what holds."""
MEANING: dict[Outcome, str] = {
    "fails": "what was published, or an exact solution, says otherwise",
    "misses": "a bar that was set beforehand is not reached",
    "unchecked": "nothing has been compared; the reason is given",
    "reported": "a figure for which no bar was set",
    "tested": "held by a test of `make test`, not computed by this command",
    "holds": "the bar is met",
}


class Judged(BaseModel):
    """A claim with what was found and the outcome."""

    model_config = ConfigDict(frozen=True)

    id: str
    section: str
    says: str
    grade: Grade
    against: str
    bar: str
    why: str
    outcome: Outcome
    reason: str = ""
    findings: list[Finding]

    @property
    def failed(self) -> list[Finding]:
        """Findings that do not hold."""
        return [one for one in self.findings if one.holds is False]

    @property
    def stale(self) -> bool:
        """Whether any figure was read from a stored result whose inputs have changed."""
        return any(one.stale for one in self.findings)


class LevelRow(BaseModel):
    """A measured level (ng/mL, ng h/mL) beside the predicted one; ``fold`` is predicted over measured."""

    model_config = ConfigDict(frozen=True)

    source: str
    route: str
    analyte: str
    quantity: str
    observed: float
    predicted: float
    fold: float


class Validation(BaseModel):
    """What ``painloop validate --json`` prints.

    ``news`` are sentences, the worst first; ``cannot`` those of them on what painloop cannot do, and ``can`` what held
    of the same claims. ``counts``: grade -> outcome -> number of claims. ``claims`` stand by
    outcome, failures first. ``held_out`` are scores of painloop and of the baselines on trials that were held out;
    ``levels``, ``trials`` and ``pooled`` are the rows behind the figures.
    """

    model_config = ConfigDict(frozen=True)

    news: list[str]
    cannot: list[str]
    can: list[str]
    counts: dict[str, dict[str, int]]
    sections: dict[str, str]
    claims: list[Judged]
    held_out: list[HeldOut]
    levels: list[LevelRow]
    trials: list[TrialRow]
    pooled: list[PooledRow]
    provenance: dict[str, Any]

    def of(self, section: str) -> list[Judged]:
        """The claims of a section, failures first."""
        return [one for one in self.claims if one.section == section]


def validate(only: str | None = None, progress: Callable[[int, int], None] | None = None) -> Validation:
    """Judge every claim, or those of one section.

    Parameters
    ----------
    only : the key of a section.
    progress : called with claims done and claims in all.

    Raises
    ------
    InputError
        There is no such section.
    """
    known = {one.key: one.title for one in registry().sections}
    if only is not None and only not in known:
        raise InputError(f"There is no section '{only}'; write one of {', '.join(known)}.")
    wanted = [one for one in registry().claims if only in (None, one.section)]
    found: list[Judged] = []
    for number, claim in enumerate(wanted, 1):
        found.append(judge(claim))
        if progress is not None:
            progress(number, len(wanted))
    found.sort(key=_gravity)
    return Validation(
        news=news(found),
        cannot=cannot(found),
        can=can(found),
        counts=counts(found),
        sections={key: title for key, title in known.items() if only in (None, key)},
        claims=found,
        held_out=held_out_rows() if only in (None, "calibration") else [],
        levels=_levels() if only in (None, "exposure") else [],
        trials=trial_rows() if only in (None, "safety", "trials-out", "trials-in") else [],
        pooled=pooled_rows() if only in (None, "meta") else [],
        provenance={"painloop": __version__, "stale": sorted(one.id for one in found if one.stale)},
    )


def _gravity(one: Judged) -> tuple[int, int]:
    """Outcomes in their order; of one outcome what is told at the top comes first."""
    return ORDER.index(one.outcome), FIRST.index(one.id) if one.id in FIRST else len(FIRST)


def _levels() -> list[LevelRow]:
    return [
        LevelRow.model_validate(one.model_dump(include=set(LevelRow.model_fields)))
        for one in comparison().headline
    ]


def judge(claim: Claim) -> Judged:
    """Run the check of a claim."""
    findings = list(CHECKS[claim.check](claim)) if claim.check is not None else []
    reason = claim.unchecked or (f"held by {claim.tested_by}" if claim.tested_by else "")
    if claim.check is not None and all(one.holds is None for one in findings):
        reason = (
            findings[0].note
            if len(findings) == 1
            else f"{len(findings)} entries, none of which can be judged"
        )
    bar = "in the test" if claim.tested_by else claim.bar.words()
    return Judged(
        **claim.model_dump(include={"id", "section", "says", "grade", "against"}), bar=bar, why=claim.bar.why,
        outcome=outcome(claim, findings), reason=reason, findings=findings,
    )  # fmt: skip


def outcome(claim: Claim, findings: list[Finding]) -> Outcome:
    """What the findings say of a claim: one that does not hold is enough."""
    if claim.tested_by is not None:
        return "tested"
    verdicts = [one.holds for one in findings]
    if False in verdicts:
        return "fails" if claim.bar.aim == "prediction" else "misses"
    if True in verdicts:
        return "holds"
    return (
        "reported"
        if claim.bar.sign == "reported" and any(one.value is not None for one in findings)
        else "unchecked"
    )


def counts(found: list[Judged]) -> dict[str, dict[str, int]]:
    """Claims by grade and outcome."""
    seen = Counter((one.grade, one.outcome) for one in found)
    grades = dict.fromkeys(one.grade for one in found)
    return {grade: {name: seen[grade, name] for name in ORDER} for grade in grades}
