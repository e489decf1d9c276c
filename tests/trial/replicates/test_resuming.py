"""Replicates that were interrupted go on to the same bytes, and never mix with those of another run."""

from __future__ import annotations

import pytest
from gaussian_trial import Gaussian, protocol

from painloop.errors import InputError
from painloop.trial.replicates import Options, chunk_size, run
from painloop.trial.state import NAME

ONE = Options(loop="none")


def go(folder, replicates=80, seed=3, options=ONE, of=None, **more):
    return run(of or protocol(), replicates, seed, options, folder, conducting=Gaussian(), **more)


@pytest.fixture
def interrupted(tmp_path):
    """A run that was ended after its first chunk, with a torn line behind it."""

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        go(tmp_path, progress=stop)
    with (tmp_path / NAME).open("ab") as stream:
        stream.write(b"34,none,0.123")
    return tmp_path


def test_a_resumed_run_ends_with_the_bytes_of_one_that_was_not_interrupted(interrupted, tmp_path_factory):
    whole = tmp_path_factory.mktemp("whole")
    one, two = go(whole), go(interrupted, resume=True)
    assert (whole / NAME).read_bytes() == (interrupted / NAME).read_bytes()
    assert len(two.table) == len(one.table) == 80


def test_finished_chunks_are_not_computed_again(interrupted):
    computed = []
    go(interrupted, resume=True, each=lambda chunk: computed.append(chunk.first))
    assert computed == [chunk_size(protocol()), 2 * chunk_size(protocol())]


def test_more_replicates_may_be_asked_for_later(tmp_path, tmp_path_factory):
    whole = tmp_path_factory.mktemp("whole")
    go(tmp_path, replicates=50)
    go(tmp_path, replicates=80, resume=True)
    go(whole)
    assert (whole / NAME).read_bytes() == (tmp_path / NAME).read_bytes()


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"seed": 4}, "another seed"),
        ({"options": Options(loop="effect_delay")}, "another choice of rivals"),
        ({"options": Options(loop="none", null=True)}, "another choice of --null"),
        ({"of": protocol(rescue=None)}, "another trial"),
    ],
)
def test_replicates_of_another_run_are_refused(interrupted, changes, word):
    before = (interrupted / NAME).read_bytes()
    with pytest.raises(InputError, match=word):
        go(interrupted, resume=True, **changes)
    assert (interrupted / NAME).read_bytes() == before


def test_finished_replicates_are_not_overwritten(interrupted):
    with pytest.raises(InputError, match="add --resume"):
        go(interrupted)


def test_there_must_be_something_to_resume(tmp_path):
    with pytest.raises(InputError, match="nothing to resume"):
        go(tmp_path, resume=True)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_holds_something_else_is_refused(tmp_path):
    (tmp_path / NAME).write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="does not begin as"):
        go(tmp_path, resume=True)


@pytest.mark.parametrize("replicates", [0, -1, 2_000_000])
def test_a_number_of_replicates_out_of_range_is_refused(tmp_path, replicates):
    with pytest.raises(InputError, match="replicates"):
        go(tmp_path, replicates=replicates)
