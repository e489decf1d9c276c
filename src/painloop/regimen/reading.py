"""From what a user gives to a regimen: a sentence, the path of a YAML file, or the id of a published course."""

from __future__ import annotations

import re
from pathlib import Path

from painloop.errors import InputError, RegimenError
from painloop.regimen.orders import Regimen

_ID = re.compile(r"(?:regimens/)?[a-z][a-z-]*-\d{4}(?:-[a-z0-9-]+)?", re.IGNORECASE)


def parse(text: str, allow_extreme: bool = False) -> Regimen:
    """The regimen of a sentence.

    Parameters
    ----------
    text : the regimen language, see :func:`painloop.regimen.ebnf`.
    allow_extreme : accept doses above the limits of ``library/limits/dose-limits.yaml``.

    Raises
    ------
    RegimenError
        One sentence; ``start`` and ``end`` point at the word and ``suggestion`` says what was probably meant.
    """
    from painloop.regimen.building import build
    from painloop.regimen.extremes import refuse_extreme
    from painloop.regimen.syntax import tree_of

    regimen, places = build(text, tree_of(text))
    if not allow_extreme:
        refuse_extreme(regimen, text, places)
    return regimen


def read(given: str, allow_extreme: bool = False) -> Regimen:
    """The regimen of a sentence, of a YAML file (by its path) or of a published course (by its id).

    Raises
    ------
    RegimenError
        When it is none of these; an unknown id suggests the closest published course.
    """
    text = given.strip()
    if text.lower().endswith((".yaml", ".yml")):
        return _of_file(text, allow_extreme)
    if _ID.fullmatch(text):
        return _of_course(text, allow_extreme)
    try:
        return parse(given, allow_extreme=allow_extreme)
    except RegimenError:
        if re.search(r"[\s,;]", text) or not text:
            raise
        _suggest_course(text)
        _name_the_ending(text)
        raise


def _suggest_course(word: str) -> None:
    """Refuse a single word that resembles the id of a published course."""
    from painloop import library
    from painloop.regimen.suggestions import closest

    suggestion = closest(word, library.ids("regimens"), 0.75)
    if suggestion is not None:
        sentence = f"'{word}' is neither a regimen nor a published course; did you mean '{suggestion}'?"
        raise RegimenError(sentence, word, 0, len(word), suggestion)


def _name_the_ending(word: str) -> None:
    """Refuse a single word that is the path of something else than a YAML file."""
    try:
        place = Path(word)
        kind = "folder" if place.is_dir() else "file" if place.exists() else ""
    except (OSError, ValueError):
        return
    if kind:
        sentence = f"'{word}' is a {kind}; a regimen is a sentence or the path of a file that ends in .yaml."
        raise RegimenError(sentence, word) from None


def _of_file(path: str, allow_extreme: bool) -> Regimen:
    from painloop.regimen.yaml_form import from_yaml

    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "it is not text in UTF-8"
        raise RegimenError(f"{path} cannot be read ({reason}); give the path of a YAML file.", path) from None
    try:
        return from_yaml(text, allow_extreme=allow_extreme)
    except RegimenError as problem:
        raise RegimenError(
            f"{path}: {problem}", problem.text, problem.start, problem.end, problem.suggestion
        ) from None


def _of_course(id: str, allow_extreme: bool) -> Regimen:
    from painloop import library

    bare = id.lower().removeprefix("regimens/")
    known = library.ids("regimens")
    if bare not in known:
        from painloop.regimen.suggestions import closest

        suggestion = closest(bare, known, 0.75)
        remedy = f"did you mean '{suggestion}'?" if suggestion else "see painloop library list regimens."
        raise RegimenError(f"There is no published course '{id}'; {remedy}", id, 0, len(id), suggestion)
    try:
        return parse(library.load("regimens", bare).sentence, allow_extreme=allow_extreme)
    except RegimenError:
        raise
    except InputError as problem:
        raise RegimenError(str(problem), id, 0, len(id)) from None
