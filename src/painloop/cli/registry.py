"""Which commands there are, and where each is found.

A command is a :class:`click.Command` registered in the entry-point group ``painloop.commands``; this is how
another package adds its own. The commands of painloop itself are known here by name and one line of help:
listing them imports nothing, and they are found when the source tree is run without being installed.
"""

from __future__ import annotations

import difflib
from importlib import import_module, metadata, util

import click

from painloop.errors import InputError

GROUP = "painloop.commands"

SUMMARIES = {
    "simulate": "Simulate a regimen in a virtual population: pain over weeks, for each rival explanation.",
    "exposure": "Predict concentrations of the drug and its metabolites for a regimen.",
    "circuit": "Run the dorsal-horn network: spikes per stimulus, wind-up, and what NMDA block does to it.",
    "rivals": "What the rival explanations say, what would falsify them, and the data for and against each.",
    "trial": "Run a trial on virtual patients: published results beside predicted ones, power, sample size.",
    "calibrate": "Weigh rivals and parameters by the published trials, judged on trials that were held out.",
    "validate": "Check every claim the project makes against something outside, failures first.",
    "library": "List and show the cited facts: models, conditions, regimens, observations.",
    "evidence": "Answers, claims, trials and guidelines in words, with sources; a leaflet for patients.",
    "observed": "Compare the default models with measured levels that no model was fitted on.",
    "demo": "Simulate two published courses and write a finished report.",
}


def command_names() -> list[str]:
    """The names of all commands: ours in the order of a working day, then those of other packages by name."""
    ours = [name for name in SUMMARIES if util.find_spec(f"painloop.cli.{name}") is not None]
    return ours + sorted({entry.name for entry in metadata.entry_points(group=GROUP)} - SUMMARIES.keys())


def load_command(name: str) -> click.Command:
    """The command called ``name``; importing it may take seconds.

    Raises
    ------
    InputError : there is no such command, or what another package registered under it is not a command.
    """
    if name not in command_names():
        raise InputError(unknown_command(name))
    if name in SUMMARIES:
        command = import_module(f"painloop.cli.{name}").command
    else:
        (entry, *_) = metadata.entry_points(group=GROUP, name=name)
        command = _load_foreign(entry)
    if not isinstance(command, click.Command):
        raise InputError(f"{name!r} is registered in {GROUP} but is not a click command; correct its package")
    return command


def _load_foreign(entry: metadata.EntryPoint) -> object:
    try:
        return entry.load()
    except (ImportError, AttributeError) as problem:
        message = f"the command {entry.name!r} cannot be loaded ({problem}); reinstall the package it is from"
        raise InputError(message) from problem


def summary(name: str) -> str:
    """One line of help for ``name``, without importing anything heavy of our own."""
    if name in SUMMARIES:
        return SUMMARIES[name]
    try:
        return load_command(name).get_short_help_str(limit=90)
    except InputError as problem:
        return f"({problem})"


def unknown_command(name: str) -> str:
    """One sentence for a command that does not exist, with the nearest that does."""
    names = command_names()
    nearest = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    remedy = f"did you mean {nearest[0]!r}?" if nearest else f"the commands are {', '.join(names)}"
    return f"there is no command {name!r}; {remedy}"
