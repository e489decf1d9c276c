"""A wrong library file is refused in one sentence that names the path, the key and the remedy."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from painloop.errors import LibraryError
from painloop.library import find, find_all, load, load_file
from painloop.library.loader import LIBRARY
from painloop.library.reading import read_mapping

Content = dict[str, Any]
MODEL = read_mapping(LIBRARY / "pharmacokinetics" / "otto-2021.yaml")
OVERLAY = read_mapping(LIBRARY / "pharmacokinetics" / "simons-2022-racemic.yaml")


def written(folder: Path, change: Callable[[Content], object], base: Content = MODEL) -> Path:
    """A changed copy of a shipped file."""
    content = copy.deepcopy(base)
    change(content)
    path = folder / f"{base['id']}.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path


def put(where: str, value: object) -> Callable[[Content], object]:
    """A change that sets a key such as ``flows.0.rate``."""

    def change(content: Content) -> None:
        *path, last = where.split(".")
        target: Any = content
        for key in path:
            target = target[int(key)] if isinstance(target, list) else target[key]
        target[int(last) if isinstance(target, list) else last] = value

    return change


def drop(where: str) -> Callable[[Content], object]:
    """A change that removes a key."""

    def change(content: Content) -> None:
        *path, last = where.split(".")
        target: Any = content
        for key in path:
            target = target[int(key)] if isinstance(target, list) else target[key]
        del target[last]

    return change


BROKEN = {
    "unknown key": (
        put("parameters.CL.vlaue", 1),
        ["parameters.CL.vlaue", "unknown key", "did you mean 'value'"],
    ),
    "unknown key at the top": (put("paramters", {}), ["paramters", "did you mean 'parameters'"]),
    "missing key": (drop("sampling"), ["sampling", "missing key", "add it"]),
    "missing unit": (drop("parameters.CL.unit"), ["parameters.CL.unit", "missing key"]),
    "missing confidence": (drop("parameters.CL.confidence"), ["parameters.CL.confidence", "missing key"]),
    "missing source": (drop("default_source"), ["source", "missing key"]),
    "missing value": (drop("parameters.CL.value"), ["parameters.CL.value", "missing key"]),
    "text for a number": (put("parameters.CL.value", "95.2"), ["parameters.CL.value", "without quotes"]),
    "true for a number": (put("parameters.CL.value", True), ["parameters.CL.value", "plain number"]),
    "list for a mapping": (put("parameters", []), ["parameters", "write keys and values"]),
    "text for a list": (put("flows", "K1 to K2"), ["flows", "write a list"]),
    "number for text": (put("title", 5), ["title", "write text"]),
    "unknown confidence": (
        put("parameters.CL.confidence", "certain"),
        ["parameters.CL.confidence", "'certain'"],
    ),
    "unknown form": (put("form", "L"), ["form", "'L'", "'racemic'"]),
    "silent null": (
        put("parameters.CL.value", None),
        ["parameters.CL", "null value needs confidence missing"],
    ),
    "missing with a number": (
        put("parameters.CL.confidence", "missing"),
        ["confidence missing needs a null value"],
    ),
    "unknown compartment": (put("flows.0.to", "K9"), ["flows.0.to", "unknown compartment 'K9'", "K1, K2"]),
    "unknown analyte": (put("compartments.0.analyte", "ketanest"), ["compartments.K1", "unknown analyte"]),
    "unknown name in a rate": (put("flows.0.rate", "Q1/VX"), ["flows.0.rate", "unknown name 'VX'"]),
    "DOSE outside an input": (put("flows.0.rate", "Q1/DOSE"), ["flows.0.rate", "unknown name 'DOSE'"]),
    "code in a rate": (put("flows.0.rate", "open('x')"), ["flows.0.rate", "open('x')", "not allowed"]),
    "unknown name in a volume": (put("outputs.0.volume", "VX"), ["outputs.0.volume", "'VX'"]),
    "derived too early": (put("derived.0.expression", "V1i"), ["derived.0.CLi", "unknown name 'V1i'"]),
    "derived twice": (put("derived.1.name", "CLi"), ["derived.1.CLi", "the name is taken"]),
    "flow to itself": (put("flows.0.to", "K1"), ["flows.0", "to itself"]),
    "compartment twice": (put("compartments.1.name", "K1"), ["compartments", "'K1' is taken"]),
    "not positive definite": (
        put("iiv.0.omega2", [[0.1, 0.2], [0.2, 0.1]]),
        ["iiv.0", "omega2 block of V1, CL", "not positive definite"],
    ),
    "not symmetric": (put("iiv.0.omega2", [[0.1, 0.0], [0.05, 0.1]]), ["iiv.0", "symmetric"]),
    "wrong size": (put("iiv.0.omega2", [[0.1]]), ["iiv.0", "must be 2 x 2"]),
    "variability of nothing": (put("iiv.0.parameters", ["V1", "CLX"]), ["iiv.0", "unknown parameter 'CLX'"]),
    "route without input": (put("validity.routes", ["iv", "oral"]), ["validity.routes", "does not match"]),
    "reversed range": (put("validity.age_y", [35, 18]), ["validity.age_y", "write the low end first"]),
    "other id": (
        put("id", "otto-2022"),
        ["'otto-2022' does not match the file name", "name the file otto-2022.yaml"],
    ),
    "id without a year": (put("id", "otto"), ["must read author-year"]),
    "nobody's file": (put("citation", None), ["citation", "compiled"]),
    "other kind": (put("kind", "pharmacology"), ["kind", "'pharmacology' is not a kind", "pharmacokinetics"]),
    "no limits": (put("limits", []), ["limits"]),
    "NaN": (put("parameters.CL.value", float("nan")), ["parameters.CL.value", "not a finite number"]),
    "infinity": (
        put("iiv.0.omega2", [[float("inf"), 0], [0, 1]]),
        ["iiv.0.omega2.0.0", "not a finite number"],
    ),
    "check of nothing": (drop("self_checks.0.regimen"), ["self_checks.0", "needs a regimen"]),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_model_is_refused_by_path_key_and_remedy(case: str, tmp_path: Path) -> None:
    change, parts = BROKEN[case]
    path = written(tmp_path, change)
    with pytest.raises(LibraryError) as refused:
        load_file(path)
    sentence = str(refused.value)
    assert [part for part in [str(path), *parts] if part not in sentence] == []
    assert "\n" not in sentence
    assert "pydantic" not in sentence
    assert sentence.endswith(".")


def test_the_untouched_copy_is_accepted(tmp_path: Path) -> None:
    assert load_file(written(tmp_path, lambda content: None)).id == "otto-2021"


BROKEN_OVERLAYS = {
    "own parameters": (put("parameters", {}), ["parameters", "an overlay takes this from its base"]),
    "unknown base": (put("composed.base", "simons-2023"), ["'simons-2023'", "did you mean 'simons-2022"]),
    "no base": (drop("composed.base"), ["composed.base", "name the model"]),
    "unknown analyte": (
        put("composed.rename", {"S-ketanest": "ketamine"}),
        ["composed.rename", "S-ketanest"],
    ),
    "overlay on an overlay": (
        put("composed.base", "simons-2022-racemic"),
        ["composed.base", "itself an overlay"],
    ),
    "unknown route": (put("routes", ["nasal"]), ["routes", "no route 'nasal'"]),
    "no reason": (drop("composed.reason"), ["composed.reason", "missing key"]),
}


@pytest.mark.parametrize("case", BROKEN_OVERLAYS)
def test_a_broken_overlay_is_refused(case: str, tmp_path: Path) -> None:
    change, parts = BROKEN_OVERLAYS[case]
    with pytest.raises(LibraryError) as refused:
        load_file(written(tmp_path, change, OVERLAY))
    assert [part for part in parts if part not in str(refused.value)] == []


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("id: [1, 2", "line"),
        ("id: a\nid: b\n", "key 'id' twice"),
        ("a: {b: 1, b: 2}\n", "key 'b' twice"),
        ("- a\n- b\n", "write it as a YAML mapping"),
        ("", "write it as a YAML mapping"),
        ("1: a\n", "key 1 is not text"),
        ("a: !!python/object/apply:os.system [true]\n", "could not determine a constructor"),
        ("a: &x [1]\nb: *x\n", "alias *x; write the value out"),
        ("a: .nan\nkind: x\n", "not a finite number"),
        ("<<: {a: 1}\nkind: x\n", "correct the YAML"),
        ("[" * 50_000, "nested deeper than 30 levels"),
        ("- " * 50_000, "nested deeper than 30 levels"),
    ],
)
def test_what_is_not_a_library_file_is_refused_with_its_place(text: str, part: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LibraryError) as refused:
        load_file(path)
    assert str(path) in str(refused.value)
    assert part in str(refused.value)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LibraryError, match="UTF-8"):
        load_file(path)


def test_a_path_without_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="There is no file"):
        load_file(tmp_path / "none.yaml")
    with pytest.raises(LibraryError, match="not a file"):
        load_file(tmp_path)


def test_an_unknown_id_suggests_the_closest() -> None:
    with pytest.raises(LibraryError, match=r"'oto-2021'; did you mean 'otto-2021'\?"):
        load("pharmacokinetics", "oto-2021")
    with pytest.raises(LibraryError, match=r"did you mean 'dahan-2011'"):
        find("dahan-2012")
    with pytest.raises(LibraryError, match=r"did you mean 'regimens'"):
        load("regimen", "sigtermans-2009")


@pytest.mark.parametrize(
    "wrong", ["../otto-2021", "loop/otto-2021", "", ".", "otto-2021/x", "x" * 3000, "a\0b"]
)
def test_an_id_never_leaves_its_folder(wrong: str) -> None:
    with pytest.raises(LibraryError, match="There is no"):
        load("pharmacokinetics", wrong)


def test_a_file_of_another_kind_is_refused() -> None:
    with pytest.raises(LibraryError, match="of kind loop, but a file of kind pharmacokinetics"):
        load("pharmacokinetics", str(LIBRARY / "loop" / "none.yaml"))


def test_an_id_of_several_kinds_asks_for_the_kind() -> None:
    with pytest.raises(LibraryError, match="write pharmacokinetics/simons-2022 or observations/simons-2022"):
        find("simons-2022")
    assert [one.kind for one in find_all("simons-2022")] == ["pharmacokinetics", "observations"]


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = written(tmp_path, put("title", "before"))
    assert load_file(path).title == "before"
    written(tmp_path, put("title", "afterwards"))
    assert load_file(path).title == "afterwards"
