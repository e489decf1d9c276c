"""Quantities with units, read at the edges."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painloop.errors import InputError
from painloop.units import concentration_ng_ml, duration_h, length_cm, mass_mg, weight_kg

READERS = [duration_h, mass_mg, weight_kg, length_cm, concentration_ng_ml]


@pytest.mark.parametrize(
    ("reader", "text", "value"),
    [
        (duration_h, "40 min", 40 / 60),
        (duration_h, "40min", 40 / 60),
        (duration_h, " 2 hours ", 2.0),
        (duration_h, "3 d", 72.0),
        (duration_h, "2 weeks", 336.0),
        (duration_h, "5400 s", 1.5),
        (duration_h, "90000 ms", 0.025),
        (mass_mg, "0.25 g", 250.0),
        (mass_mg, "500 ug", 0.5),
        (mass_mg, "500 µg", 0.5),
        (mass_mg, "2e3 mg", 2000.0),
        (mass_mg, "1 kg", 1e6),
        (weight_kg, "70 kg", 70.0),
        (weight_kg, "3500 g", 3.5),
        (weight_kg, "154.3 lb", 154.3 * 0.45359237),
        (length_cm, "1.7 m", 170.0),
        (length_cm, "1700 mm", 170.0),
        (concentration_ng_ml, "250 ng/mL", 250.0),
        (concentration_ng_ml, "0.25 mg/L", 250.0),
        (concentration_ng_ml, "250 ug/L", 250.0),
    ],
)
def test_a_quantity_is_read_in_the_unit_of_the_engine(reader, text: str, value: float) -> None:
    assert reader(text) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("reader", READERS)
def test_a_bare_number_is_refused_with_an_example(reader) -> None:
    with pytest.raises(InputError, match="'40' has no unit; write for example"):
        reader("40")


def test_a_bare_number_is_read_where_a_name_carries_the_unit() -> None:
    assert weight_kg("70", bare_unit="kg") == 70.0
    assert weight_kg("70000 g", bare_unit="kg") == 70.0
    assert duration_h("2", bare_unit="day") == 48.0


@pytest.mark.parametrize(
    ("reader", "text", "piece"),
    [
        (duration_h, "40 mg", "'mg' is not a unit of duration"),
        (mass_mg, "40 min", "'min' is not a unit of mass"),
        (mass_mg, "40 mg/kg", "'mg/kg' is not a unit of mass"),
        (weight_kg, "70 kgg", "'kgg' is not a unit of body weight"),
        (concentration_ng_ml, "3 mg", "'mg' is not a unit of concentration"),
        (duration_h, "-5 min", "write a number above 0"),
        (duration_h, "0 min", "write a number above 0"),
        (duration_h, "nan min", "write a number above 0"),
        (duration_h, "inf min", "write a number above 0"),
        (duration_h, "1e400 h", "write a number above 0"),
        (duration_h, "1e-400 h", "write a number above 0"),
        (duration_h, "soon", "is not a duration"),
        (duration_h, "", "is not a duration"),
        (duration_h, "9**9**9 h", "is not a unit of duration"),
        (duration_h, "1 h**99999999", "is not a unit of duration"),
        (duration_h, "0,5 h", "is not a unit of duration"),
    ],
)
def test_what_is_no_quantity_is_refused_in_one_sentence(reader, text: str, piece: str) -> None:
    with pytest.raises(InputError) as refused:
        reader(text)
    assert piece in str(refused.value)
    assert str(refused.value).endswith(".")


def outcome_of(reader, text: str) -> float | InputError:
    """What comes back; any other exception is a failure of the test."""
    try:
        return reader(text)
    except InputError as refused:
        return refused


@given(
    st.sampled_from(READERS),
    st.one_of(st.text(max_size=30), st.from_regex(r"[0-9.e+-]{0,6} ?[a-zµ/*^ ]{0,12}")),
)
def test_any_text_is_a_quantity_or_is_refused(reader, text: str) -> None:
    outcome = outcome_of(reader, text)
    if isinstance(outcome, InputError):
        assert str(outcome).endswith(".")
    else:
        assert 0.0 < outcome < float("inf")


def test_everyday_units_do_not_load_the_units_library() -> None:
    code = "import sys; from painloop.units import duration_h as d; d('40 min'); print('pint' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "False\n"
    )
