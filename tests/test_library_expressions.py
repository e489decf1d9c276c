"""Expressions are arithmetic and nothing else."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from painloop.errors import LibraryError
from painloop.library import compile_expression

NUMBERS = st.floats(min_value=0.01, max_value=100)


def arithmetic() -> st.SearchStrategy[str]:
    """Texts over the names a and b that stay finite and positive for positive values."""
    leaves = st.sampled_from(["a", "b", "2", "0.75"])

    def grown(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        pair = st.tuples(parts, parts)
        return st.one_of(
            st.tuples(parts, st.sampled_from("+*/"), parts).map(lambda p: f"({p[0]}{p[1]}{p[2]})"),
            pair.map(lambda p: f"minimum({p[0]}, {p[1]})"),
            pair.map(lambda p: f"max({p[0]}, {p[1]})"),
            parts.map(lambda p: f"sqrt({p})"),
            parts.map(lambda p: f"({p})**0.5"),
        )

    return st.recursive(leaves, grown, max_leaves=8)


@given(text=arithmetic(), a=NUMBERS, b=NUMBERS)
def test_it_gives_what_plain_arithmetic_gives(text: str, a: float, b: float) -> None:
    plain = eval(text, {"minimum": min, "max": max, "sqrt": math.sqrt, "a": a, "b": b})
    assert compile_expression(text, {"a", "b"}).evaluate({"a": a, "b": b}) == pytest.approx(plain, rel=1e-12)


@given(text=arithmetic(), a=st.lists(NUMBERS, min_size=1, max_size=5), b=NUMBERS)
def test_arrays_give_what_each_element_gives(text: str, a: list[float], b: float) -> None:
    compiled = compile_expression(text, {"a", "b"})
    together = np.broadcast_to(compiled.evaluate({"a": np.array(a), "b": b}), len(a))
    assert together == pytest.approx([float(compiled.evaluate({"a": one, "b": b})) for one in a], rel=1e-12)


@given(text=arithmetic())
def test_it_knows_its_names(text: str) -> None:
    assert compile_expression(text).names == {name for name in ("a", "b") if name in text.replace("max", "")}


@given(weight=st.floats(min_value=1, max_value=300))
def test_size_scaling_is_one_at_the_reference(weight: float) -> None:
    scaled = compile_expression("CL*(WT/70)**0.75", {"CL", "WT"}).evaluate({"CL": 84.0, "WT": weight})
    assert scaled == pytest.approx(84.0 * (weight / 70) ** 0.75)


def test_arrays_broadcast() -> None:
    result = compile_expression("a*b").evaluate({"a": np.ones((3, 1)), "b": np.ones((1, 4))})
    assert result.shape == (3, 4)


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("__import__('os').system('true')", "__import__"),
        ("(1).__class__", "__class__"),
        ("a if a else b", "if"),
        ("a < b", "<"),
        ("a and b", "and"),
        ("[a, b]", "[a, b]"),
        ("a[0]", "a[0]"),
        ("lambda: 1", "lambda"),
        ("exp(a, b)", "exp(a, b)"),
        ("minimum(a)", "minimum(a)"),
        ("minimum(*a, b)", "*a"),
        ("exp(x=a)", "exp(x=a)"),
        ("sin(a)", "sin(a)"),
        ("a % b", "%"),
        ("a // b", "//"),
        ("'text'", "text"),
        ("True", "True"),
        ("1e999", "1e309"),
        ("1j", "1j"),
        ("not a", "not a"),
        ("(a := 1)", ":="),
    ],
)
def test_anything_but_arithmetic_is_refused_by_name(text: str, piece: str) -> None:
    with pytest.raises(LibraryError, match="not allowed") as refused:
        compile_expression(text)
    assert piece in str(refused.value)


@pytest.mark.parametrize("text", ["", "   ", "a +", "a b", "1 = 2", "a; b", "import os", "(" * 5000])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(LibraryError):
        compile_expression(text)


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(LibraryError, match=r"unknown name 'VX'.*CL, V1"):
        compile_expression("CL/VX", {"CL", "V1"})


def test_a_function_without_brackets_is_refused() -> None:
    with pytest.raises(LibraryError, match=r"function exp without"):
        compile_expression("2*exp")


def test_a_name_without_a_value_is_refused() -> None:
    with pytest.raises(LibraryError, match=r"needs a value for V1"):
        compile_expression("CL/V1").evaluate({"CL": 1.0})


def test_depth_and_length_are_limited() -> None:
    with pytest.raises(LibraryError, match="nested deeper"):
        compile_expression("-" * 100 + "a")
    with pytest.raises(LibraryError, match="limit of 1000"):
        compile_expression("+".join(["a"] * 600))
