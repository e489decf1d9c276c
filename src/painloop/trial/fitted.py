"""Whether a number of the library that predicts an arm was fitted on the people of the trial."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from painloop import library
from painloop.library.schema.base import Value
from painloop.outcomes.curves import FILES
from painloop.simulation import plan as planning
from painloop.simulation.files import Files
from painloop.trial.protocol import Protocol


def fitted_on_its_people(
    protocol: Protocol,
    arms: Iterable[str],
    loop: str | Mapping[str, float],
    also: Collection[str] = (),
    event: str | None = None,
) -> bool:
    """Whether anything that predicts these arms was fitted on the trial, its course or its cluster.

    ``also`` are ids of trials or clusters that posterior parameters or weights were fitted on. An ``event`` is a side
    effect, which neither these nor the explanations of relief move: its own curve alone counts.
    """
    trial = protocol.trial
    own = {trial.id, trial.course, trial.cluster}
    known = set(library.ids("trials"))
    if event is not None:
        sources = set(_fitted_on(library.load("outcomes", FILES[event]).parameters.values()))
    else:
        sources = {name for arm in arms for name in _sources(protocol, arm, loop)} | set(also)
    for name in sources:
        cluster = library.load("trials", name).held_out_with if name in known else name
        if name in own or cluster == trial.held_out_with:
            return True
    return False


def _sources(protocol: Protocol, arm: str, loop: str | Mapping[str, float]) -> Iterator[str]:
    """What the numbers behind an arm were fitted on: placebo for all, the loop for ketamine, its own for a control."""
    rivals = planning.rivals_named(loop if isinstance(loop, str) else ",".join(loop))
    files = Files.load(protocol.condition, rivals)
    placebo = files.condition.placebo
    values = [getattr(placebo, name) for name in type(placebo).model_fields]
    role = next((one for one in protocol.arms if one.name == arm), None)
    if role is not None and role.role == "ketamine":
        values += [value for entry in files.loops.values() for value in entry.parameters.values()]
        values += list(files.endpoints["analgesia"].parameters.values())
    if role is not None and role.control is not None:
        yield library.load("controls", role.control).observed_in
    yield from _fitted_on(values)


def _fitted_on(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, Value) and value.fitted_on:
            yield from (value.fitted_on,) if isinstance(value.fitted_on, str) else value.fitted_on
