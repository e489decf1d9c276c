"""The committed outcomes (validation/validation.json) beside those of today: what held must go on holding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from painloop.validate.answer import Judged, Validation
from painloop.validate.stored import FOLDER

FILE = FOLDER / "validation.json"
GOOD = ("holds", "tested")


class KeptFinding(BaseModel):
    """A finding in short."""

    model_config = ConfigDict(frozen=True)

    about: str
    value: float | None
    holds: bool | None


class KeptClaim(BaseModel):
    """A claim in short."""

    model_config = ConfigDict(frozen=True)

    id: str
    grade: str
    outcome: str
    findings: list[KeptFinding]


class Kept(BaseModel):
    """The committed outcomes."""

    model_config = ConfigDict(frozen=True)

    painloop: str
    news: list[str]
    counts: dict[str, dict[str, int]]
    claims: list[KeptClaim]


def in_short(found: Validation) -> Kept:
    """What is committed of a validation: outcomes and values, in the order of their ids, to six digits."""
    claims = [
        KeptClaim(
            id=one.id, grade=one.grade, outcome=one.outcome,
            findings=[KeptFinding(about=f.about, value=_rounded(f.value), holds=f.holds) for f in one.findings],
        )
        for one in sorted(found.claims, key=lambda claim: claim.id)
    ]  # fmt: skip
    return Kept(painloop=found.provenance["painloop"], news=found.news, counts=found.counts, claims=claims)


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")


def kept(path: Path = FILE) -> Kept:
    """The committed outcomes."""
    return Kept.model_validate_json(path.read_text(encoding="utf-8"))


def write(found: Validation, path: Path = FILE) -> None:
    """Commit the outcomes of today."""
    path.write_text(in_short(found).model_dump_json(indent=1) + "\n", encoding="utf-8")


def regressions(before: Kept, now: Iterable[Judged]) -> Iterator[str]:
    """Sentences on claims, or single findings of them, that held and hold no longer."""
    known = {one.id: one for one in before.claims}
    for claim in now:
        old = known.get(claim.id)
        if old is None:
            continue
        if old.outcome in GOOD and claim.outcome not in GOOD:
            yield f"{claim.id} held and now {_verb(claim.outcome)}: {claim.says}"
            continue
        held = {one.about for one in old.findings if one.holds}
        for one in claim.findings:
            if one.about in held and one.holds is False:
                yield f"{claim.id}, {one.about}: held and no longer holds ({one.note or one.value})"


def _verb(outcome: str) -> str:
    return {"fails": "fails", "misses": "misses its bar"}.get(outcome, f"is {outcome}")
