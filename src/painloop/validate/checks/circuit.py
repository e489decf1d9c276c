"""The lines that were asked of the dorsal-horn circuit, from its stored runs."""

from __future__ import annotations

from collections.abc import Iterator

from painloop.validate.claims import Claim
from painloop.validate.findings import Finding, check, not_found
from painloop.validate.stored import MISSING, stale, stored


@check("circuit_lines")
def circuit_lines(claim: Claim) -> Iterator[Finding]:
    """Each line on the seeds of the fit or on those held out; ``seen`` picks lines known while weights were chosen."""
    kept = stored("circuit_tables")
    if kept is None:
        yield not_found(MISSING)
        return
    held_out = claim.given["seeds"] == "held out"
    plan = kept["held_out_plan" if held_out else "plan"]["1 Hz"]["seeds"]
    for line in kept["acceptance"]:
        if line["seen"] != claim.given["seen"]:
            continue
        yield Finding(
            about=line["line"],
            value=line["held_out" if held_out else "found"],
            holds=line["met_held_out" if held_out else "met"],
            n=len(plan),
            in_sample=line["seen"] and not held_out,
            stale=stale("circuit_tables"),
            note=f"asked {line['asked']}; seeds {', '.join(map(str, plan))}",
        )
