"""Claims, guidelines, predictors, pooled results: complete, sourced, and honest about what is recalled."""

from __future__ import annotations

import pytest

from painloop import library
from painloop.errors import InputError, LibraryError
from painloop.evidence import advice, claim, claims, claims_about, guidelines, pooled_by_time, predictors


def test_the_whole_list_of_claims_is_there() -> None:
    assert [one.code for one in claims() if one.code] == [f"CL{number:02d}" for number in range(1, 21)]
    assert all(one.not_known and one.sources for one in claims())


@pytest.mark.parametrize(
    ("code", "verdict", "strength"),
    [("CL01", "supported", "moderate"), ("CL02", "partly", "low"), ("CL03", "contradicted", "moderate"),
     ("CL13", "unsupported", "low"), ("CL17", "supported", "high"), ("CL18", "unsupported", "moderate")],
)  # fmt: skip
def test_verdicts_are_those_of_the_check(code: str, verdict: str, strength: str) -> None:
    assert (claim(code).verdict, claim(code).strength) == (verdict, strength)


def test_a_claim_by_condition_names_conditions_of_the_library() -> None:
    named = {line.condition for line in claim("CL07").by_condition}
    assert named == set(library.ids("conditions"))
    assert {one.claim.code for one in claims_about("CRPS")} == {"CL02", "CL07"}


def test_numbers_of_the_claims_agree_with_the_meta_analyses() -> None:
    pooled = library.load("meta_analyses", "orhurhu-2019").pooled[0]
    number = next(one for one in claim("CL02").numbers if "Orhurhu" in one.source)
    assert (number.value, number.ci95, number.n) == (pooled.value, pooled.ci95, 211)


def test_no_predictor_counts_as_validated() -> None:
    found = predictors()
    assert len(found) >= 12
    assert {one.standing for one in found} == {"not validated"}
    assert all(one.n for one in found)
    studies = {one.measured_in for one in found if one.measured_in}
    assert studies <= set(library.ids("trials"))
    assert {"bosma-2018", "rabben-2001", "corriger-2022", "cohen-2006", "goldberg-2010"} <= studies
    assert {one.direction for one in found} >= {"more relief", "less relief", "no relation"}


def test_the_consensus_never_stands_alone() -> None:
    crps = advice(condition="crps", graded_only=True)
    assert [(one.guideline.id, one.line.grade) for one in crps] == [("cohen-2018", "B")]
    consensus = crps[0].guideline
    assert any("Ferraro 2025" in one.source for one in consensus.disagreements)


def test_a_recalled_grade_is_marked() -> None:
    sure = {one.line.about: one.line.grade_confidence for one in advice(graded_only=True)}
    assert sure["CRPS"] == "secondary"
    assert sure["supervising clinician"] == sure["response"] == "memory"
    assert "verified" not in sure.values(), "the guideline itself was not read"


def test_guidelines_come_newest_first_with_their_updates() -> None:
    years = [one.citation.year for one in guidelines() if one.citation]
    assert years == sorted(years, reverse=True)
    assert {one.id for one in guidelines()} >= {
        "cohen-2018",
        "schwenk-2018",
        "asa-2023",
        "asa-2025",
        "fda-2023",
    }
    assert {one.updates for one in guidelines() if one.updates} <= set(library.ids("guideline"))


def test_pooled_results_come_in_order_of_time() -> None:
    rows = pooled_by_time()
    assert [row.to_h for row in rows] == sorted(row.to_h for row in rows)
    assert rows[0].period == "first hour"
    weeks = {row.analysis: (row.value, row.low, row.high) for row in rows if row.period == "weeks 3 to 5"}
    assert weeks["moradi-2024"] == (-0.99, -2.0, 0.03)
    assert {row.quantity for row in pooled_by_time(quantity="risk_ratio")} == {"risk_ratio"}
    assert {row.analysis for row in pooled_by_time(None, "cancer-pain")} <= {
        "orhurhu-2019",
        "guimaraes-2022",
        "bell-2017",
    }


def test_what_does_not_exist_is_refused_with_the_closest() -> None:
    with pytest.raises(InputError, match="did you mean 'dependence'"):
        claim("dependance")
    with pytest.raises(InputError, match="not a verdict"):
        claims("true")
    with pytest.raises(LibraryError, match="crps"):
        advice(condition="crp")
