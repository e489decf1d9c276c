"""A trial from its file to its answer: replicates, what they aim at, printed results, and the number for a power."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from painloop.errors import InputError
from painloop.loop.rivals import rivals
from painloop.simulation.posterior import posterior
from painloop.trial import prediction
from painloop.trial.answer import SampleSize, Share, TrialAnswer
from painloop.trial.conduct import conduct
from painloop.trial.conducted import Conducted
from painloop.trial.power import Truths, power_of
from painloop.trial.primary import declared
from painloop.trial.protocol import Protocol, read
from painloop.trial.replicates import Options, Run, run, world
from painloop.trial.sample_size import check_power, search, sized
from painloop.trial.state import NAME
from painloop.trial.summary import Beside, summarise
from painloop.trial.truth import truths

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Request:
    """What is asked of a trial.

    Parameters
    ----------
    trial : id of the library, or path of a file. replicates : how many. patients : an arm, instead of the file's.
    power : look for the number of participants that gives it. folder : where finished replicates are kept.
    resume : go on with those in ``folder``.
    """

    trial: str
    replicates: int = 200
    patients: int | None = None
    options: Options = Options()
    power: float | None = None
    seed: int = 1
    folder: Path | None = None
    resume: bool = False


def prepared(request: Request) -> Protocol:
    """The protocol that is run, after everything that can be refused without running it.

    Raises
    ------
    InputError : the trial cannot be run, or the request does not suit it.
    """
    protocol = read(request.trial)
    if request.patients is not None:
        protocol = sized(protocol, request.patients)
    rivals(request.options.loop)
    posterior(request.options.parameters)
    tested = declared(protocol)
    if request.power is not None:
        check_power(request.power)
        if tested is None or request.options.null:
            raise InputError(
                f"--power needs a test of an effect, and {request.trial} has none here; declare a primary endpoint and "
                "an analysis, and leave --null out."
            )
    if request.resume and request.folder is None:
        raise InputError("--resume needs to know where the replicates are; add --out with their folder.")
    return protocol


def study(
    request: Request,
    progress: Progress | None = None,
    each: Callable[[Conducted], None] | None = None,
    tried: Callable[[int, Share], None] | None = None,
) -> TrialAnswer:
    """Run a trial and tell what was found.

    Parameters
    ----------
    progress : called with (participants done, participants in all) after each chunk. each : called with every chunk.
    tried : called with the number an arm and its power after each size of the search.
    """
    protocol = prepared(request)
    done = run(
        protocol,
        request.replicates,
        request.seed,
        request.options,
        request.folder,
        request.resume,
        progress,
        each,
    )
    beside = Beside(
        predicted=_printed(request),
        truths=_aims(done, request),
        sample_size=_number(done, request, tried) if request.power is not None else None,
    )
    return summarise(done, beside)


def _printed(request: Request) -> tuple[prediction.Predicted, ...]:
    """Printed results beside their prediction, at the size of the study itself."""
    protocol = read(request.trial)
    if request.options.null or not (protocol.observed or protocol.contrasts):
        return ()
    number = min(prediction.REPLICATES, max(prediction.FEWEST, request.replicates))
    loop, sets = world(protocol, request.options, request.seed, number)
    entry = posterior(request.options.parameters)
    fitted = entry.fitted_to if entry is not None else ()
    return prediction.predicted(protocol, number, request.seed, loop, sets, fitted)


def _aims(done: Run, request: Request) -> Truths | None:
    """The truth under each rival that some replicate had."""
    if done.primary is None:
        return None
    several = len(rivals(request.options.loop)) > 1
    names = sorted(set(done.table.rival.tolist()))
    worlds = {name: {name: 1.0} if several else name for name in names}
    people = len(done.table) * max(done.protocol.numbers) // len(names)
    return truths(
        done.protocol, done.primary, conduct, worlds, request.seed, request.options.parameters,
        request.options.null, people,
    )  # fmt: skip


def _number(done: Run, request: Request, tried: Callable[[int, Share], None] | None) -> SampleSize:
    """The number of participants for the power that is wanted."""
    primary = done.primary
    assert primary is not None
    assert request.power is not None

    def power_at(protocol: Protocol) -> Share:
        folder = None
        if request.folder is not None:
            folder = request.folder / f"n-{min(protocol.numbers)}"
            folder.mkdir(exist_ok=True)
        resume = folder is not None and (folder / NAME).exists()
        found = run(
            protocol,
            request.replicates,
            request.seed,
            request.options,
            folder,
            resume,
            with_null=False,
        )
        power = power_of(found.protocol, primary, found.table)
        if tried is not None:
            tried(min(protocol.numbers), power)
        return power

    return search(done.protocol, request.power, power_at, power_of(done.protocol, primary, done.table))
