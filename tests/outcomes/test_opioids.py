"""MME: the worked examples of the CDC table, what it refuses, and units."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painloop.errors import InputError
from painloop.library.reading import read_mapping
from painloop.library.schema.base import Value
from painloop.outcomes import expectation, opioids
from painloop.outcomes.opioids import Taken, mme_per_day

CHECKS = read_mapping(opioids.FILE)["checks"]
BY_MOUTH = [name for name in opioids.known() if name != "fentanyl patch"]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check["says"])
def test_a_worked_example_of_the_file_comes_out(check: dict[str, Any]) -> None:
    found = mme_per_day(check["opioid"], check["dose"], check["unit"], check["times_a_day"])
    assert found == pytest.approx(check["MME_per_day"], rel=1e-12)


@pytest.mark.parametrize(
    ("opioid", "dose", "unit", "times", "wanted"),
    [
        ("hydrocodone", 5, "mg", 4, 20.0),  # CDC table footnote
        ("oxycodone", 10, "mg", 2, 30.0),  # CDC table footnote
        ("fentanyl patch", 25, "mcg/h", 1, 60.0),
        ("methadone", 40, "mg", 1, 188.0),  # the steps of 2016 would give 320
        ("Morphine", 15, "mg", 2, 30.0),
        ("morphine", 15000, "mcg", 2, 30.0),
    ],
)
def test_published_examples_by_number(
    opioid: str, dose: float, unit: str, times: float, wanted: float
) -> None:
    assert mme_per_day(opioid, dose, unit, times) == pytest.approx(wanted, rel=1e-12)


def test_the_table_is_that_of_2022_and_not_of_2016() -> None:
    """Hydromorphone 4 and methadone by steps are of 2016, tramadol 0.1 too; there are ten opioids."""
    assert len(opioids.known()) == 10
    assert mme_per_day("hydromorphone", 2) == 10.0
    assert mme_per_day("methadone", 80) == pytest.approx(2 * mme_per_day("methadone", 40))
    assert mme_per_day("tramadol", 100) == 20.0


def test_a_patch_counts_once_whatever_the_number_of_patches() -> None:
    assert mme_per_day("fentanyl patch", 50, "mcg/h") == 2 * mme_per_day("fentanyl patch", 25, "ug/h")
    with pytest.raises(InputError, match="rate of the patch in mcg/h, once"):
        mme_per_day("fentanyl patch", 25, "mcg/h", 3)


@pytest.mark.parametrize(
    ("opioid", "dose", "unit", "said"),
    [
        ("buprenorphine", 8, "mg", "partial agonist.*add it to no total"),
        ("fentanyl", 100, "mcg", "write fentanyl patch"),
        ("naltrexone", 50, "mg", "antagonist"),
        ("morfine", 10, "mg", "did you mean morphine"),
        ("ibuprofen", 400, "mg", "CDC 2022 has"),
        ("morphine", 10, "mL", "not a mass"),
        ("fentanyl patch", 25, "mg", "rate of the patch in mcg/h"),
        ("morphine", -10, "mg", "at or above 0"),
        ("morphine", float("nan"), "mg", "at or above 0"),
    ],
)
def test_what_has_no_mme_is_refused_in_one_sentence(opioid: str, dose: float, unit: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        mme_per_day(opioid, dose, unit)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)


@given(
    st.lists(st.tuples(st.sampled_from(BY_MOUTH), st.floats(0.0, 1000.0), st.floats(0.0, 12.0)), max_size=6)
)
def test_a_total_is_the_sum_and_doubles_with_the_doses(taken: list[tuple[str, float, float]]) -> None:
    once = [Taken(name, dose, "mg", times) for name, dose, times in taken]
    twice = [Taken(name, 2 * dose, "mg", times) for name, dose, times in taken]
    parts = sum(mme_per_day(one.opioid, one.dose, one.unit, one.times_a_day) for one in once)
    assert opioids.total(once) == pytest.approx(parts)
    assert opioids.total(twice) == pytest.approx(2 * parts)


@pytest.mark.parametrize("file", [opioids.FILE, expectation.FILE], ids=lambda file: file.stem)
def test_every_number_of_a_plain_file_names_its_source_and_confidence(file: Path) -> None:
    content = read_mapping(file)
    context = {"default_source": content.get("default_source")}
    for part in ("parameters", "published"):
        for value in content.get(part, {}).values():
            assert Value.model_validate(value, context=context).source


def test_a_total_comes_with_the_sentence_that_it_is_not_for_changing_opioids() -> None:
    assert "must not be used to choose a dose when one opioid replaces another" in opioids.caution()
