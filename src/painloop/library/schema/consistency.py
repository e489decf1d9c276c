"""Whether the pieces of a pharmacokinetic file fit together: names, compartments, analytes, routes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from painloop.errors import LibraryError
from painloop.library.expressions import compile_expression

if TYPE_CHECKING:
    from painloop.library.schema.pharmacokinetics import Pharmacokinetics


def check_structure(model: Pharmacokinetics) -> None:
    """Raise ``ValueError`` naming the first piece that refers to something that does not exist."""
    _check_derived(model)
    _check_compartments(model)
    _check_inputs(model)
    _check_outputs(model)
    _check_variability(model)
    _check_self_checks(model)


def _known(piece: str, where: str, choices: Iterable[str], what: str) -> None:
    names = sorted(choices)
    if piece not in names:
        raise ValueError(f"{where}: unknown {what} '{piece}', known are {', '.join(names)}")


def _check_expression(text: str | None, where: str, names: Iterable[str]) -> None:
    if text is None:
        return
    try:
        compile_expression(text, frozenset(names))
    except LibraryError as problem:
        raise ValueError(f"{where}: {str(problem).rstrip('.')}") from None


def _check_derived(model: Pharmacokinetics) -> None:
    names = set(model.parameters) | set(model.covariates)
    both = set(model.parameters) & set(model.covariates)
    if both:
        raise ValueError(f"parameters: '{sorted(both)[0]}' is already a covariate, rename one")
    for number, derived in enumerate(model.derived):
        where = f"derived.{number}.{derived.name}"
        if derived.name in names:
            raise ValueError(f"{where}: the name is taken, choose another")
        _check_expression(derived.expression, where, names)
        names.add(derived.name)


def _check_compartments(model: Pharmacokinetics) -> None:
    names = [one.name for one in model.compartments]
    for one in model.compartments:
        if names.count(one.name) > 1 or one.name == "out":
            raise ValueError(f"compartments: the name '{one.name}' is taken, choose another")
        _known(one.analyte, f"compartments.{one.name}", model.analytes, "analyte")
    for number, flow in enumerate(model.flows):
        where = f"flows.{number}"
        _known(flow.from_, f"{where}.from", names, "compartment")
        _known(flow.to, f"{where}.to", [*names, "out"], "compartment")
        if flow.from_ == flow.to:
            raise ValueError(f"{where}: a flow from '{flow.from_}' to itself does nothing, remove it")
        _check_expression(flow.rate, f"{where}.rate", model.names)


def _check_inputs(model: Pharmacokinetics) -> None:
    names = [one.name for one in model.compartments]
    routes = {one.route for one in model.inputs}
    for number, one in enumerate(model.inputs):
        where = f"inputs.{number}"
        _known(one.into, f"{where}.into", names, "compartment")
        for key, text in (("F", one.F), ("lag", one.lag), ("duration", one.duration)):
            _check_expression(text, f"{where}.{key}", model.names | {"DOSE"})
    if routes != set(model.validity.routes):
        raise ValueError(
            f"validity.routes: {', '.join(sorted(model.validity.routes))} does not match the routes of inputs, "
            f"{', '.join(sorted(routes))}"
        )


def _check_outputs(model: Pharmacokinetics) -> None:
    names = [one.name for one in model.compartments]
    for number, one in enumerate(model.outputs):
        where = f"outputs.{number}"
        _known(one.compartment, f"{where}.compartment", names, "compartment")
        _known(one.analyte, f"{where}.analyte", model.analytes, "analyte")
        if model.analyte_of(one.compartment) != one.analyte:
            raise ValueError(
                f"{where}.analyte: '{one.compartment}' holds {model.analyte_of(one.compartment)}"
            )
        _check_expression(one.volume, f"{where}.volume", model.names)
    for number, residual in enumerate(model.residual):
        _known(residual.analyte, f"residual.{number}.analyte", [o.analyte for o in model.outputs], "analyte")


def _check_variability(model: Pharmacokinetics) -> None:
    for key, blocks in (("iiv", model.iiv), ("iov", model.iov)):
        seen: set[str] = set()
        for number, block in enumerate(blocks):
            for name in block.parameters:
                _known(name, f"{key}.{number}.parameters", model.parameters, "parameter")
                if name in seen:
                    raise ValueError(f"{key}.{number}.parameters: '{name}' already varies in another block")
                seen.add(name)


def _check_self_checks(model: Pharmacokinetics) -> None:
    for number, check in enumerate(model.self_checks):
        where = f"self_checks.{number}"
        if check.analyte is not None:
            _known(check.analyte, f"{where}.analyte", [o.analyte for o in model.outputs], "analyte")
        for name in check.covariates:
            _known(name, f"{where}.covariates", model.covariates, "covariate")
        _check_expression(check.expression, f"{where}.expression", model.names | {"DOSE"})
