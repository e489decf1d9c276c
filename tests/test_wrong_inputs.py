"""What a new user gets for a mistake: one sentence that names the value and the remedy, and nothing left behind.

Most mistakes go through the command line inside this process; those in which the process itself matters are run as
programs of their own.
"""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from painloop.cli.main import main

RACEMATE = "ketamine 0.5 mg/kg iv over 40 min"
S = "S-ketamine 0.5 mg/kg iv over 40 min"
FULL_DISK = Path("/dev/full")

REGIMENS = {
    "misspelt drug": ("ketamin 0.5 mg/kg iv over 40 min", "'ketamin'", "did you mean 'ketamine'"),
    "misspelt form": ("S-ketamin 0.5 mg/kg iv over 40 min", "'S-ketamin'", "did you mean 'S-ketamine'"),
    "another drug": ("morphine 5 mg iv", "'morphine'", "expected a drug"),
    "misspelt route": ("ketamine 0.5 mg/kg intravenus over 40 min", "'intravenus'", "'intravenous'"),
    "misspelt unit": ("ketamine 0.5 mgg/kg iv over 40 min", "'mgg/kg'", "did you mean 'mg/kg'"),
    "misspelt frequency": (f"{RACEMATE}, dayly", "'dayly'", "did you mean 'daily'"),
    "missing unit of a dose": ("ketamine 0.5 iv over 40 min", "'0.5' has no unit", "write for example"),
    "missing unit of time": ("ketamine 0.5 mg/kg iv over 40", "'40' has no unit of time", "'40 min'"),
    "rate without duration": ("ketamine 0.5 mg/kg/h iv", "needs a duration", "'for 4 h'"),
    "negative dose": ("ketamine -0.5 mg/kg iv over 40 min", "'-0.5' has a sign", "write 0.5"),
    "negative duration": ("ketamine 0.5 mg/kg iv over -40 min", "'-40' has a sign", "write 40"),
    "decimal comma": ("ketamine 0,5 mg/kg iv over 40 min", "decimal comma", "write 0.5"),
    "not a number": ("ketamine nan mg/kg iv over 40 min", "'nan'", "write a number above 0"),
    "no end of a phase": (f"{RACEMATE}, daily, then weekly", "no end", "say for how long"),
    "a repeat without interval": (f"{RACEMATE}, repeat when pain returns above 5", "stops after '5'", "at most"),
    "placebo, which has no levels": ("placebo", "placebo has no drug levels", "give a regimen"),
    "empty": ("", "empty", "write for example"),
    "blank": (" \t\n", "empty", "write for example"),
    "only punctuation": (";", "';' cannot stand here", "expected a drug"),
    "a dose no one would give": ("ketamine 50 mg/kg/h iv for 1 h", "50 mg/kg/h", "--allow-extreme"),
    "100 kB of words": ("ketamine " * 11_000, "99000 characters", "10000"),
    "100 kB in one word": ("x" * 100_000, "100000 characters", "10000"),
    "NUL in the text": ("ketamine\x00 0.5 mg/kg iv", "␀", "expected"),
    "binary garbage": ("\x07\x1b[31m\x01\x7f ketamine", "␇␛[31m␁␡", "expected a drug"),
    "bytes that are no text": ("\udcff\udcfe ketamine", "is not understood", "expected a drug"),
    "Arabic digits": ("ketamine ٠.٥ mg/kg iv over 40 min", "'٠.٥'", "write 0.5"),
    "full-width digits": ("ketamine ５ mg iv", "'５'", "write 5"),
    "a fraction sign": ("ketamine ½ mg/kg iv over 40 min", "'½'", "expected"),
    "a route without a model": ("ketamine 35 mg im", "im route", "iv, nasal, oral, sublingual"),
    "a misspelt course": ("sigtermans-2008", "'sigtermans-2008'", "did you mean 'sigtermans-2009'"),
    "half the name of a course": ("sigtermans", "'sigtermans'", "did you mean 'sigtermans-2009'"),
    "an unknown course": ("nobody-1999", "'nobody-1999'", "painloop library list regimens"),
    "a missing file": ("missing.yaml", "missing.yaml cannot be read", "give the path"),
    "a folder called .yaml": ("folder.yaml", "Is a directory", "give the path"),
    "a folder": (".", "'.' is a folder", "ends in .yaml"),
    "a file of another ending": ("notes.txt", "'notes.txt' is a file", "ends in .yaml"),
    "a file that is not YAML": ("broken.yaml", "not YAML in line 1", "write 'prescriptions:'"),
    "a YAML list": ("list.yaml", "is a mapping", "write 'prescriptions:'"),
    "an empty file": ("empty.yaml", "is a mapping", "write 'prescriptions:'"),
    "a file of bytes": ("bytes.yaml", "not text in UTF-8", "give the path"),
    "a library file of another kind": ("otto-2021.yaml", "'analytes'", "write 'prescriptions:'"),
}  # fmt: skip

EXPOSURE = {
    "weight without sense": (["--weight", "-5"], "-5", "2 to 350 kg"),
    "weight of a horse": (["--weight", "1000"], "1000", "2 to 350 kg"),
    "weight in words": (["--weight", "heavy"], "'heavy'", "such as 70"),
    "weight in pounds": (["--weight", "150 lb"], "'150 lb'", "number of kg"),
    "age 300": (["--age", "300"], "300", "0 to 120 years"),
    "weight nan": (["--weight", "nan"], "'nan'", "such as 70"),
    "age inf": (["--age", "inf"], "'inf'", "such as 45"),
    "age that overflows": (["--age", "1e999"], "'1e999'", "such as 45"),
    "digits with underscores": (["--weight", "7_0"], "'7_0'", "such as 70"),
    "horizon 0": (["--hours", "0"], "horizon 0", "--hours 24"),
    "sex": (["--sex", "femal"], "'femal'", "'female', 'male'"),
    "unknown model": (["--model", "kamp-2002"], "'kamp-2002'", "did you mean 'kamp-2020'"),
    "no model": (["--model", " "], "--model", "write an id"),
    "model of another kind": (["--model", "conditions/crps"], "'conditions/crps'", "painloop library list"),
    "model file missing": (["--model", "missing.yaml"], "missing.yaml", "give the path"),
    "model file not YAML": (["--model", "broken.yaml"], "line 1", "correct the YAML"),
    "model file of bytes": (["--model", "bytes.yaml"], "bytes.yaml", "UTF-8"),
    "model file is a list": (["--model", "list.yaml"], "list.yaml", "mapping"),
    "model file with an unknown key": (["--model", "otto-2021.yaml"], "colour", "unknown key, remove it"),
    "model folder": (["--model", "folder.yaml"], "folder.yaml is not a file", "give the path"),
    "racemate on a model of S": (["--model", "otto-2021"], "S-ketamine alone", "--fraction"),
    "fraction 2": (["--fraction", "2"], "fraction of 2", "0 to 1"),
    "fraction 0": (["--fraction", "0"], "fraction of 0", "0 to 1"),
    "fraction nan": (["--fraction", "nan"], "'nan'", "such as 0.5"),
    "unknown sampling": (["--sampling", "capillary"], "'capillary'", "'arterial', 'venous'"),
    "time without unit": (["--at", "40"], "'40' has no unit", "'40 min'"),
    "time in kg": (["--at", "3 kg"], "'kg'", "'40 min'"),
    "time before the start": (["--at", "-1h"], "'-1h'", "above 0"),
    "no time": (["--at", ""], "''", "'40 min'"),
    "a time too many": (["--at", "40min,"], "''", "'40 min'"),
    "time beyond the horizon": (["--at", "100h", "--hours", "2"], "100", "raise --hours"),
    "patients -1": (["--patients", "-1"], "-1", "--patients 200"),
    "patients 1e12": (["--patients", "1000000000000"], "1e+12", "--patients 200"),
    "patients not whole": (["--patients", "1.5"], "'1.5'", "not a valid integer"),
    "seed -1": (["--seed", "-1"], "seed -1", "such as 1"),
    "seed too long": (["--seed", str(2**80)], str(2**80), "such as 1"),
    "a steady state of one dose": (["--steady-state"], "steady state", "repeated dose"),
    "wrong picture": (["--plot", "levels.pdf"], "'levels.pdf'", ".svg or .png"),
    "picture in no folder": (["--plot", "no/levels.svg"], "'no'", "create it"),
    "picture over a folder": (["--plot", "folder.svg"], "'folder.svg' is a folder", "name of a file"),
    "misspelt option": (["--wieght", "70"], "'--wieght'", "did you mean '--weight'"),
    "unknown option": (["--colour", "red"], "'--colour'", "painloop exposure --help"),
    "option without value": (["--weight"], "'--weight'", "painloop exposure --help"),
    "two regimens": ([S], "unexpected extra argument", "painloop exposure --help"),
}  # fmt: skip

SIMULATE = {
    "unknown condition": (["--condition", "crsp"], "'crsp'", "did you mean 'crps'"),
    "no condition": (["--condition", ""], "--condition", "write an id"),
    "unknown rival": (["--loop", "effect-delay"], "'effect-delay'", "effect_delay"),
    "0 patients": (["--patients", "0"], "0 patients", "such as 1000"),
    "-1 patients": (["--patients", "-1"], "-1 patients", "such as 1000"),
    "1e12 patients": (["--patients", "1000000000000"], "1000000000000 patients", "such as 1000"),
    "0 days": (["--days", "0"], "0 days", "such as 90"),
    "hardly any days": (["--days", "1e-9"], "1e-09 days", "such as 90"),
    "days nan": (["--days", "nan"], "'nan'", "such as 90"),
    "endless": (["--days", "1e9"], "1e+09 days", "such as 90"),
    "seed -1": (["--seed", "-1"], "seed -1", "such as 1"),
    "weight 1000": (["--weight", "1000"], "1000", "2 to 350 kg"),
    "age 300": (["--age", "300"], "300", "0 to 120 years"),
    "pain 11": (["--baseline", "11"], "11", "0 to 10"),
    "time beyond the horizon": (["--at", "8 days", "--days", "7"], "192 h", "raise --days"),
    "wrong ending of the data": (["--out", "data.xlsx"], "'data.xlsx'", ".csv"),
    "no ending": (["--out", "data"], "'data'", ".csv"),
    "data in no folder": (["--out", "no/data.csv"], "'no'", "create it"),
    "data over a folder": (["--out", "folder.csv"], "'folder.csv' is a folder", "name of a file"),
    "wrong ending of the report": (["--report", "page.pdf"], "'page.pdf'", ".html"),
    "report in no folder": (["--report", "no/page.html"], "'no'", "create it"),
    "report over a folder": (["--report", "folder.html"], "'folder.html' is a folder", "name of a file"),
    "wrong picture": (["--plot", "pain.gif"], "'pain.gif'", ".svg or .png"),
    "R on a model of S": (["--model", "otto-2021"], "holds none of it", "another model"),
}  # fmt: skip

OTHERS = {
    "misspelt command": (["exposre", RACEMATE], "'exposre'", "did you mean 'exposure'"),
    "unknown command": (["cure"], "'cure'", "the commands are"),
    "unknown option of painloop": (["--verson"], "'--verson'", "did you mean '--version'"),
    "no regimen": (["exposure"], "'REGIMEN'", "painloop exposure --help"),
    "nothing to simulate": (["simulate", "--patients", "3"], "no regimen", "such as"),
    "mouth on a model of veins": (
        ["exposure", "ketamine 50 mg oral", "--model", "kamp-2020"], "no oral route", "another model"),
    "arterial samples from a venous model": (
        ["exposure", S, "--model", "otto-2021", "--sampling", "arterial"], "venous samples", "leave --sampling out"),
    "venous samples from an arterial model": (
        ["exposure", S, "--model", "simons-2022", "--sampling", "venous"], "arterial samples", "leave --sampling out"),
    "arterial samples of a spray": (
        ["exposure", "S-ketamine 28 mg nasal", "--sampling", "arterial"], "arterial samples", "leave --sampling out"),
    "misspelt subcommand": (["library", "lst"], "'lst'", "did you mean 'list'"),
    "unknown entry": (["library", "show", "otto-2012"], "'otto-2012'", "did you mean 'otto-2021'"),
    "unknown kind": (["library", "list", "pharmacokinetic"], "'pharmacokinetic'", "'pharmacokinetics'"),
    "no entry": (["library", "show"], "'ID'", "painloop library show --help"),
    "a way out of the library": (["library", "show", "../errors"], "'..'", "painloop library list"),
    "NUL in a path": (["library", "show", "\x00.yaml"], "␀.yaml", "give the path"),
    "card with an unknown key": (["library", "show", "otto-2021.yaml"], "colour", "remove it"),
    "a demo of nobody": (["demo", "--patients", "0"], "0 patients", "such as 1000"),
    "a demo with a wrong seed": (["demo", "--seed", "-1"], "seed -1", "such as 1"),
    "a demo into a file": (["demo", "--out", "notes.txt"], "'notes.txt' is a file", "--out"),
}  # fmt: skip

CASES = {
    **{f"regimen: {name}": (["exposure", text], *parts) for name, (text, *parts) in REGIMENS.items()},
    **{
        f"exposure: {name}": (["exposure", RACEMATE, *words], *parts)
        for name, (words, *parts) in EXPOSURE.items()
    },
    **{
        f"simulate: {name}": (["simulate", "R-ketamine 10 mg iv over 30 min", *words], *parts)
        for name, (words, *parts) in SIMULATE.items()
    },
    **OTHERS,
}

Outcome = tuple[int, str, str]
Run = Callable[..., Outcome]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the files that people confuse."""
    (tmp_path / "broken.yaml").write_text("this: is: not: yaml: [\n")
    (tmp_path / "list.yaml").write_text("- a\n- b\n")
    (tmp_path / "empty.yaml").write_text("")
    (tmp_path / "bytes.yaml").write_bytes(bytes(range(256)))
    (tmp_path / "notes.txt").write_text("ketamine, see the chart\n")
    model = files("painloop").joinpath("library/pharmacokinetics/otto-2021.yaml").read_text("utf-8")
    (tmp_path / "otto-2021.yaml").write_text(f"{model}\ncolour: blue\n", encoding="utf-8")
    for ending in ("yaml", "html", "csv", "svg"):
        (tmp_path / f"folder.{ending}").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run_painloop(*words: str) -> Outcome:
        status = main(words)
        out, said = capsys.readouterr()
        return status, out, without_notes(said)

    return run_painloop


def without_notes(said: str) -> str:
    """Standard error without what only a cold cache or a busy machine brings: the note, and lines of progress."""
    return "".join(
        line for line in said.splitlines(keepends=True) if not re.match(r"note: |patients: [\d,]+ of ", line)
    )


def contents(folder: Path) -> set[str]:
    return {str(place.relative_to(folder)) for place in folder.rglob("*")}


def assert_one_sentence(said: str) -> None:
    """One line that begins with ``painloop:``; a regimen may be quoted below it with a caret line."""
    sentence, *quoted = said.removesuffix("\n").split("\n")
    assert sentence.startswith("painloop: ")
    assert "Traceback" not in said
    assert "defect" not in sentence
    assert len(sentence) < 420
    if quoted:
        text, carets = quoted
        assert set(carets) <= {" ", "^"}
        assert len(text) < 220
    assert not any(ord(letter) < 32 for letter in said.replace("\n", ""))


@pytest.mark.parametrize(("words", "value", "remedy"), CASES.values(), ids=CASES.keys())
def test_a_mistake_gets_one_sentence_with_value_and_remedy(
    desk: Path, run: Run, words: list[str], value: str, remedy: str
) -> None:
    before = contents(desk)
    status, out, said = run(*words)
    assert (status, out) == (2, "")
    assert_one_sentence(said)
    assert value in said.splitlines()[0]
    assert remedy in said.splitlines()[0]
    assert contents(desk) == before


def test_there_are_many_kinds_of_mistakes() -> None:
    assert len(CASES) >= 100


def test_a_dose_no_one_would_give_is_computed_when_that_is_insisted_on(run: Run) -> None:
    status, out, _ = run("exposure", "ketamine 50 mg/kg/h iv for 1 h", "--allow-extreme", "--patients", "0")
    assert status == 0
    assert "ketamine 50 mg/kg/h iv for 1 h" in out


@pytest.mark.parametrize("ending", ["zarr", "parquet"])
def test_a_format_whose_package_is_missing_is_refused_before_anything_is_computed(
    desk: Path, run: Run, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setitem(sys.modules, {"zarr": "zarr", "parquet": "pyarrow"}[ending], None)
    status, out, said = run("simulate", S, "--out", f"data.{ending}")
    assert (status, out) == (2, "")
    assert_one_sentence(said)
    assert f"pip install 'painloop[{ending}]'" in said


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["simulate", S, "--patients", "2", "--days", "1", "--report"], "page.html"),
        (["simulate", S, "--patients", "2", "--days", "1", "--out"], "data.csv"),
        (["simulate", S, "--patients", "2", "--days", "1", "--out"], "data.json"),
        (["exposure", RACEMATE, "--patients", "0", "--plot"], "levels.svg"),
        (["exposure", RACEMATE, "--patients", "0", "--plot"], "levels.png"),
    ],
)
def test_a_disk_that_fills_up_leaves_what_was_there(
    desk: Path, run: Run, monkeypatch: pytest.MonkeyPatch, words: list[str], name: str
) -> None:
    (desk / name).write_text("old")
    before = contents(desk)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    status, out, said = run(*words, name)
    assert (status, out) == (1, "")
    *warned, sentence = said.splitlines()
    assert [line for line in warned if not line.startswith("warning: ")] == []
    assert_one_sentence(sentence)
    assert name in sentence
    assert "No space left" in sentence
    assert contents(desk) == before
    assert (desk / name).read_text() == "old"


def test_a_demo_that_cannot_be_written_leaves_no_folder(
    desk: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from painloop.cli import demo

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(demo, "COURSES", ("noppers-2011",))
    monkeypatch.setattr(demo, "DAYS", 1.0)
    monkeypatch.setattr(os, "fsync", full)
    before = contents(desk)
    status, out, said = run("demo", "--out", "a/b", "--patients", "2")
    assert (status, out) == (1, "")
    assert "No space left" in said.splitlines()[-1]
    assert contents(desk) == before


# --- as programs of their own ----------------------------------------------------------------------------------


def program(*words: str, **options: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "painloop.cli.main", *words], text=True, stderr=subprocess.PIPE, **options
    )  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (["exposure", "ketamine 0.5 mg/kg ivv over 40 min"], "'ivv'"),
        (["exposure", RACEMATE, "--weight", "inf"], "'inf'"),
        (["simulate", S, "--patients", "0"], "0 patients"),
        (["library", "show", "otto-2012"], "'otto-2012'"),
        (["cure"], "'cure'"),
    ],
)
def test_a_mistake_of_a_program_is_one_sentence_too(tmp_path: Path, words: list[str], value: str) -> None:
    with program(*words, stdout=subprocess.PIPE, cwd=tmp_path) as process:
        out, said = process.communicate(timeout=600)
    assert (process.returncode, out) == (2, "")
    assert_one_sentence(without_notes(said))
    assert value in said
    assert not contents(tmp_path)


@pytest.mark.skipif(not FULL_DISK.exists(), reason="the system has no device that is always full")
@pytest.mark.parametrize(
    "words",
    [
        ["library", "list"],
        ["exposure", RACEMATE, "--patients", "0"],
        ["exposure", RACEMATE, "--patients", "0", "--json"],
    ],
)
def test_a_full_disk_behind_the_output_is_one_sentence(tmp_path: Path, words: list[str]) -> None:
    with FULL_DISK.open("w") as full, program(*words, stdout=full, cwd=tmp_path) as process:
        _, said = process.communicate(timeout=600)
    assert process.returncode == 1
    assert_one_sentence(without_notes(said))
    assert "no space left on device; make room" in said


def imports_the_engine(process: subprocess.Popen[str]) -> bool:
    return "libjax" in Path(f"/proc/{process.pid}/maps").read_text()


def has_started_the_engine(process: subprocess.Popen[str]) -> bool:
    threads = Path(f"/proc/{process.pid}/task").glob("*/comm")
    return any(thread.read_text().startswith("tf_XLA") for thread in threads)


@pytest.mark.skipif(
    not Path("/proc/self/maps").exists(), reason="the system does not tell what a process does"
)
@pytest.mark.parametrize("far", [imports_the_engine, has_started_the_engine])
def test_an_interrupted_run_leaves_no_file(
    tmp_path: Path, far: Callable[[subprocess.Popen[str]], bool]
) -> None:
    words = [
        "simulate",
        S,
        "--patients",
        "2000000",
        "--days",
        "30",
        "--report",
        "page.html",
        "--out",
        "a.csv",
    ]
    with program(*words, stdout=subprocess.PIPE, cwd=tmp_path) as process:
        while not far(process):
            assert process.poll() is None, "it ended before it came so far"
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=600)
    assert process.returncode == 130
    assert out == ""
    assert said.splitlines()[-1] == "painloop: interrupted"
    assert "Traceback" not in said
    assert not contents(tmp_path)


# --- what succeeds stays apart from what is said ----------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["exposure", S, "--patients", "20", "--at", "40min"],
        ["simulate", S, "--patients", "20", "--days", "1", "--weight", "200", "--placebo"],
        ["library", "list"],
        ["library", "show", "otto-2021"],
    ],
)
def test_json_is_one_object_and_nothing_else(run: Run, words: list[str]) -> None:
    status, out, said = run(*words, "--json")
    assert status == 0
    assert isinstance(json.loads(out), dict)
    assert all(line.startswith("warning: ") for line in said.splitlines())


@pytest.mark.parametrize(
    "command",
    [[], ["simulate"], ["exposure"], ["library"], ["library", "list"], ["library", "show"], ["demo"]],
)
def test_help_fits_eighty_columns_and_shows_an_example(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    status, out, _ = run(*command, "--help")
    assert status == 0
    assert max(map(len, out.splitlines())) <= 80
    _, _, examples = out.partition("Example")
    assert f"painloop {' '.join(command)}".strip() in examples
    assert "..." not in out.replace("[ARGS]...", "")
