"""What `import painloop` offers: the commands as functions, with the same names and arguments."""

from __future__ import annotations

import inspect
import subprocess
import sys

import click
import pytest

import painloop
from painloop.cli.registry import load_command
from painloop.exposure.predict import exposure

REGIMEN = "ketamine 0.5 mg/kg iv over 40 min"
RENAMED = {
    "weight": "weight_kg", "age": "age_y", "sex": "female", "ancestry": "japanese", "at_h": "at_h", "help": None,
    "as_json": None, "plot": None, "out": None, "report": None,
}  # fmt: skip
"""Options of the command line that the functions call otherwise, or leave to the caller (``None``)."""


def test_importing_painloop_starts_nothing_heavy() -> None:
    heavy = "{'jax', 'scipy', 'xarray', 'matplotlib', 'pandas', 'pint'}"
    code = f"import painloop, sys; sys.exit(str({heavy} & sys.modules.keys()) if {heavy} & sys.modules.keys() else 0)"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr


def test_exposure_may_be_called_again_although_a_package_has_its_name() -> None:
    peaks = [
        painloop.exposure(REGIMEN, patients=0).metrics["ketamine"].cmax_ng_ml[0],
        painloop.exposure(REGIMEN, patients=0).metrics["ketamine"].cmax_ng_ml[0],
    ]
    assert peaks[0] == peaks[1] == pytest.approx(253, rel=0.01)


def test_another_name_is_refused_as_python_does() -> None:
    with pytest.raises(AttributeError, match="no attribute 'cure'"):
        painloop.cure  # noqa: B018


@pytest.mark.parametrize(("name", "function"), [("simulate", painloop.simulate), ("exposure", exposure)])
def test_every_option_of_a_command_is_an_argument_of_its_function(name: str, function: object) -> None:
    arguments = inspect.signature(function).parameters  # type: ignore[arg-type]
    options = [p.name or "" for p in load_command(name).params if isinstance(p, click.Parameter)]
    wanted = [RENAMED.get(option, option) for option in options]
    assert [one for one in wanted if one is not None and one not in arguments] == []
