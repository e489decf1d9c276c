"""Arithmetic as library files write it: + - * / **, a few functions, names and numbers, and nothing else.

An expression is compiled once from its text and evaluated on floats or numpy arrays, which broadcast. It can never
reach anything but the mapping it is given.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from types import ModuleType
from typing import Any

import numpy as np

from painloop.errors import LibraryError

BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}
ONE_ARGUMENT: Mapping[str, str] = {"exp": "exp", "log": "log", "sqrt": "sqrt"}
TWO_ARGUMENTS: Mapping[str, str] = {
    "minimum": "minimum",
    "min": "minimum",
    "maximum": "maximum",
    "max": "maximum",
}
"""Function names as written, and what they are called in an array namespace."""
FUNCTION_NAMES = frozenset(ONE_ARGUMENT) | frozenset(TWO_ARGUMENTS)
LONGEST_EXPRESSION = 1000
DEEPEST_EXPRESSION = 40


@dataclass(frozen=True)
class Expression:
    """A compiled expression.

    Attributes
    ----------
    text : as written in the file.
    names : the parameters, covariates and derived quantities it uses.
    """

    text: str
    names: frozenset[str]
    tree: ast.expr

    def evaluate(self, values: Mapping[str, Any], numerics: ModuleType = np) -> Any:
        """The value for the given names.

        Parameters
        ----------
        values : name → float or array; arrays broadcast against each other.
        numerics : the array namespace whose functions are used (numpy, or another with the same names).

        Raises
        ------
        LibraryError
            When a name that the expression uses has no value.
        """
        absent = sorted(self.names - set(values))
        if absent:
            raise LibraryError(
                f"The expression '{self.text}' needs a value for {', '.join(absent)}; give one to evaluate it."
            )
        with np.errstate(all="ignore"):
            return _compute(self.tree, {name: _as_float(values[name]) for name in self.names}, numerics)


def compile_expression(text: str, allowed_names: Collection[str] | None = None) -> Expression:
    """Compile an expression.

    Parameters
    ----------
    text : the arithmetic, for example ``"CL*(WT/70)**0.75"``.
    allowed_names : names it may use; ``None`` allows any name.

    Raises
    ------
    LibraryError
        On anything but arithmetic, or on a name that is not allowed; the message quotes the piece.

    Examples
    --------
    >>> float(compile_expression("2*CL", {"CL"}).evaluate({"CL": 3.0}))
    6.0
    """
    expression = _compiled(text)
    names = expression.names
    if allowed_names is not None:
        unknown = sorted(names - set(allowed_names))
        if unknown:
            known = ", ".join(sorted(allowed_names)) or "none"
            raise LibraryError(
                f"The expression '{text}' uses the unknown name '{unknown[0]}'; the names it may use are {known}."
            )
    return expression


@lru_cache(maxsize=4096)
def _compiled(text: str) -> Expression:
    tree = _parse(text)
    return Expression(text=text, names=frozenset(_check(tree, text, 0)), tree=tree)


def _parse(text: str) -> ast.expr:
    if not isinstance(text, str) or not text.strip():
        raise LibraryError(f"The expression {text!r} is empty; write arithmetic such as CL/V1.")
    if len(text) > LONGEST_EXPRESSION:
        raise LibraryError(
            f"An expression of {len(text)} characters is over the limit of {LONGEST_EXPRESSION}; "
            "split it with derived quantities."
        )
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise LibraryError(
            f"The expression '{text}' is not arithmetic; use + - * / ** ( ), numbers and names."
        ) from None


def _check(node: ast.expr, text: str, depth: int) -> set[str]:
    """The names below ``node``; raises on whatever is not arithmetic."""
    if depth > DEEPEST_EXPRESSION:
        raise LibraryError(
            f"The expression '{text[:60]}' is nested deeper than {DEEPEST_EXPRESSION} levels; "
            "split it with derived quantities."
        )
    if isinstance(node, ast.Constant) and _is_number(node.value):
        return set()
    if isinstance(node, ast.Name):
        if node.id in FUNCTION_NAMES:
            raise LibraryError(f"The expression '{text}' uses the function {node.id} without ( ); call it.")
        return {node.id}
    return set().union(*(_check(part, text, depth + 1) for part in _operands(node, text)))


def _operands(node: ast.expr, text: str) -> list[ast.expr]:
    """What an operation works on; raises on anything that is not an allowed operation."""
    if isinstance(node, ast.BinOp) and type(node.op) in BINARY:
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp) and type(node.op) in UNARY:
        return [node.operand]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        count = len(node.args)
        if node.func.id in ONE_ARGUMENT and count == 1:
            return node.args
        if (
            node.func.id in TWO_ARGUMENTS
            and count >= 2
            and not any(isinstance(a, ast.Starred) for a in node.args)
        ):
            return node.args
    piece = ast.unparse(node)
    raise LibraryError(
        f"The expression '{text}' contains '{piece}', which is not allowed; "
        f"use + - * / **, numbers, names and {', '.join(sorted(FUNCTION_NAMES))}."
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _as_float(value: Any) -> Any:
    """Plain numbers become floats that follow IEEE rules; arrays of any kind pass."""
    return np.float64(value) if isinstance(value, int | float) else value


def _compute(node: ast.expr, values: Mapping[str, Any], numerics: ModuleType) -> Any:
    if isinstance(node, ast.Constant):
        return np.float64(node.value)  # type: ignore[arg-type]
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.BinOp):
        left, right = _compute(node.left, values, numerics), _compute(node.right, values, numerics)
        return BINARY[type(node.op)](left, right)
    if isinstance(node, ast.UnaryOp):
        return UNARY[type(node.op)](_compute(node.operand, values, numerics))
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Name)
    arguments = [_compute(argument, values, numerics) for argument in node.args]
    if node.func.id in ONE_ARGUMENT:
        return getattr(numerics, ONE_ARGUMENT[node.func.id])(arguments[0])
    return reduce(getattr(numerics, TWO_ARGUMENTS[node.func.id]), arguments)
