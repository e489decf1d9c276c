"""The body of a pharmacokinetic model card."""

from __future__ import annotations

import math

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from painloop.library.cards.pieces import (
    INDENT,
    Footnotes,
    heading,
    number,
    pairs,
    sourced_line,
    value_table,
)
from painloop.library.schema.pharmacokinetics import (
    OUT,
    Compartment,
    Flow,
    Input,
    Pharmacokinetics,
    Residual,
    SelfCheck,
    Variability,
)

FORMS = {
    "racemic": "racemic ketamine",
    "S": "S-ketamine",
    "R": "R-ketamine",
    "pooled": "any form (racemic, S or R pooled)",
}


def body(model: Pharmacokinetics, notes: Footnotes) -> list[RenderableType]:
    """All sections between the head and the notes of the card."""
    return [
        *_scope(model),
        *_structure(model),
        *value_table("Parameters (typical values)", model.parameters, notes),
        *_names(model),
        *_variability(model, notes),
        heading("Mass balance"),
        pairs({model.mass_balance: model.mass_balance_note}),
        *_self_checks(model),
    ]


def _scope(model: Pharmacokinetics) -> list[RenderableType]:
    validity = model.validity
    rows = {
        "drug": FORMS[model.form],
        "sampling": model.sampling,
        "routes": ", ".join(validity.routes),
        "people": validity.population,
        "age": _span(validity.age_y, "years"),
        "weight": _span(validity.weight_kg, "kg"),
    }
    for route in validity.routes:
        said = [_span(validity.dose_mg.get(route), "mg"), _span(validity.duration_h.get(route), "h")]
        rows[f"{route} doses"] = " over ".join(part for part in said if part) or "range not known"
    sections: list[RenderableType] = [heading("Built for (a use outside warns)"), pairs(rows)]
    if model.composed:
        rename = ", ".join(f"{old} read as {new}" for old, new in model.composed.rename.items())
        put_together = {"base": model.composed.base, "read as": rename, "because": model.composed.reason}
        banner = Text("\nCOMPOSED: put together by painloop, never published", style="bold yellow")
        sections = [banner, pairs(put_together), *sections]
    return sections


def _structure(model: Pharmacokinetics) -> list[RenderableType]:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("compartment", style="bold", no_wrap=True)
    table.add_column("holds (mg)", max_width=34)
    table.add_column("flows to", no_wrap=True)
    table.add_column("at a rate (1/h) of", ratio=1)
    for compartment in model.compartments:
        _add_compartment(table, model, compartment)
    outputs = {
        one.analyte: f"concentration (ng/mL) = 1000 * {one.compartment} / ({one.volume})"
        for one in model.outputs
    }
    doses = {f"{one.route} into {one.into}": _input_line(one) for one in model.inputs}
    return [
        heading("Structure"),
        Padding(table, INDENT),
        heading("Doses"),
        pairs(doses),
        heading("What is measured"),
        pairs(outputs),
    ]


def _add_compartment(table: Table, model: Pharmacokinetics, compartment: Compartment) -> None:
    holds = compartment.analyte + (f", {compartment.note}" if compartment.note else "")
    name = compartment.name
    for flow in model.flows:
        if flow.from_ == compartment.name:
            table.add_row(name, Text(holds), _target(flow), Text(flow.rate + _flow_note(model, flow)))
            name = holds = ""
    if name:
        table.add_row(name, Text(holds), "-", "")


def _target(flow: Flow) -> str:
    return "out of body" if flow.to == OUT else flow.to


def _flow_note(model: Pharmacokinetics, flow: Flow) -> str:
    said = []
    if flow.apparent:
        said.append("apparent: mg for mg")
    elif flow.to != OUT and model.mass_ratio(flow) != 1:
        said.append(f"mg gained per mg {model.mass_ratio(flow):.4f}")
    if flow.note:
        said.append(flow.note)
    return f"   ({'; '.join(said)})" if said else ""


def _input_line(one: Input) -> str:
    said = [f"F = {one.F}"]
    if one.duration:
        said.append(f"zero-order over {one.duration} (h)")
    if one.lag:
        said.append(f"after {one.lag} (h)")
    if one.note:
        said.append(one.note)
    return "; ".join(said)


def _names(model: Pharmacokinetics) -> list[RenderableType]:
    sections: list[RenderableType] = []
    if model.derived:
        rows = {
            one.name: f"= {one.expression}" + (f"   ({one.note})" if one.note else "")
            for one in model.derived
        }
        sections += [heading("Derived"), pairs(rows)]
    if model.covariates:
        rows = {
            name: f"{one.unit}, typical person {number(one.reference)}"
            + (f"; {one.note}" if one.note else "")
            for name, one in model.covariates.items()
        }
        sections += [heading("Covariates"), pairs(rows)]
    return sections


def _variability(model: Pharmacokinetics, notes: Footnotes) -> list[RenderableType]:
    sections: list[RenderableType] = []
    blocks = (("Differences between people", model.iiv), ("Differences between occasions", model.iov))
    for words, variabilities in blocks:
        if variabilities:
            rows = {
                ", ".join(one.parameters): _spread(one) + "; " + sourced_line(one, notes)
                for one in variabilities
            }
            sections += [heading(words), pairs(rows)]
    if model.residual:
        rows = {one.analyte: _error(one) + "; " + sourced_line(one, notes) for one in model.residual}
        sections += [heading("Residual error"), pairs(rows)]
    return sections


def _spread(block: Variability) -> str:
    variances = [block.omega2[k][k] for k in range(len(block.parameters))]
    if block.scale == "logit":
        said = "sd on the logit " + ", ".join(f"{math.sqrt(v):.3g}" for v in variances)
    else:
        said = "CV " + ", ".join(f"{100 * math.sqrt(math.expm1(v)):.3g} %" for v in variances)
    if len(variances) == 2:
        said += f", correlation {block.omega2[0][1] / math.sqrt(variances[0] * variances[1]):.2f}"
    return said


def _error(residual: Residual) -> str:
    said = []
    if residual.proportional_sd is not None:
        said.append(f"{100 * residual.proportional_sd:.3g} %")
    if residual.additive_sd is not None:
        said.append(f"{number(residual.additive_sd)} ng/mL")
    if residual.log_sd is not None:
        said.append(f"sd {residual.log_sd:.3g} on the log scale")
    return " and ".join(said)


def _self_checks(model: Pharmacokinetics) -> list[RenderableType]:
    if not model.self_checks:
        return []
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("must give again", ratio=3, overflow="fold")
    table.add_column("value", justify="right")
    table.add_column("within", justify="right")
    table.add_column("origin", no_wrap=True)
    table.add_column("source", style="dim", ratio=3, overflow="fold")
    for check in model.self_checks:
        origin = Text("KNOWN TO FAIL", style="bold red") if check.expected_to_fail else Text(check.origin)
        said = check.source + (f"; {check.note}" if check.note else "")
        table.add_row(
            Text(_check_line(check)),
            number(check.value),
            f"{100 * check.tolerance:.3g} %",
            origin,
            Text(said),
        )
    return [heading("Self-checks"), Padding(table, INDENT)]


def _check_line(check: SelfCheck) -> str:
    if check.quantity == "expression":
        return check.expression or ""
    what = {
        "cmax_ng_ml": "peak (ng/mL)",
        "tmax_h": "time of peak (h)",
        "conc_ng_ml": f"ng/mL at {number(check.at_h or 0)} h",
        "auc_ng_h_ml": f"AUC to {number(check.until_h)} h" if check.until_h else "AUC to infinity",
        "half_life_h": "half-life (h)",
    }[check.quantity]
    people = "".join(f", {name} {number(value)}" for name, value in check.covariates.items())
    return f"{check.analyte}, {what}: {check.regimen}{people}"


def _span(span: tuple[float, float] | None, unit: str) -> str:
    if span is None:
        return ""
    return (
        f"{number(span[0])} {unit}"
        if span[0] == span[1]
        else f"{number(span[0])} to {number(span[1])} {unit}"
    )
