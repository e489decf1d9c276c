"""What was probably meant: the sentence for a word that could not be understood, and the nearest known word."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

from painloop.errors import RegimenError
from painloop.regimen import words

_WORD = re.compile(r"[^\s,;]+(?:,\d+[^\s,;]*)?")
_NUMBER_AT_END = re.compile(r"(?:^|[\s,;])((?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?)[\s,]*$", re.IGNORECASE)

_UNGUESSED = ("ROUTE", "MASS_WORD", "TIME_WORD")
"""Words that are suggested otherwise, if at all."""

_WANTED = (
    (("DRUG",), "a drug (ketamine, S-ketamine, R-ketamine)"),
    (("AMOUNT_UNIT", "RATE_UNIT"), "a unit (mg, mg/kg, mg/kg/h ...)"),
    (("TIME_UNIT",), "a unit of time (min, h, days, weeks)"),
    (("ROUTE",), "a route (iv, im, sc, nasal, oral, sublingual)"),
    (("OVER",), "a duration ('over 40 min')"),
    (("NUMBER",), "a number"),
    (("THEN",), "'then'"),
    (("EVERY", "DAILY"), "how often ('twice a week', 'every 8 h')"),
    (("FOR",), "for how long ('for 3 weeks')"),
    (("MAX",), "a cap ('max 25 mg/h')"),
)


def closest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word nearest to a misspelt one; of two equally near, the one of the same length."""
    best: tuple[float, str] | None = None
    lower = word.lower()
    for candidate in known:
        score = difflib.SequenceMatcher(None, lower, candidate.lower()).ratio()
        if score < cutoff:
            continue
        score += 0.1 * (len(candidate) == len(word)) + 0.02 * (candidate[:1].lower() == lower[:1])
        if best is None or score > best[0]:
            best = (score, candidate)
    return best[1] if best else None


def _route(word: str) -> str | None:
    """The route that a word spells but for its punctuation or one slip; any other word may mean another route."""
    lower = word.lower()
    for known in words.ROUTE:
        if re.sub(r"\W", "", lower) == re.sub(r"\W", "", known) or (
            len(known) > 3 and _one_slip(lower, known)
        ):
            return known
    return None


def _one_slip(word: str, known: str) -> bool:
    """Whether one letter is missing, added, another or swapped with the next."""
    if "." in known:
        return False
    while word and known and word[0] == known[0]:
        word, known = word[1:], known[1:]
    while word and known and word[-1] == known[-1]:
        word, known = word[:-1], known[:-1]
    return max(len(word), len(known)) <= 1 or (len(word) == 2 and word == known[::-1])


def _candidates(expected: set[str]) -> list[str]:
    names = [name for name in words.WORDS if name in expected and name not in _UNGUESSED]
    found = [word for name in names for word in words.WORDS[name]]
    if expected & {"AMOUNT_UNIT", "RATE_UNIT"}:
        found += words.COMMON_UNITS
    if "TIME_UNIT" in expected:
        found += [word for word in words.TIME if len(word) > 1]
    return found


def _everything() -> list[str]:
    return [w for name, ws in words.WORDS.items() if name not in ("ROUTE", "MASS_WORD") for w in ws] + list(
        words.COMMON_UNITS
    )


def wanted(expected: set[str]) -> str:
    """What could stand here, in words."""
    if expected == {"MAX"}:  # only a repeat must go on with it
        return "'at most every 4 weeks'"
    said = [phrase for names, phrase in _WANTED if expected & set(names)]
    if not said:
        known = sorted(w for name in expected for w in words.WORDS.get(name, ())[:1])
        said = [f"'{word}'" for word in known]
    if "$END" in expected:
        said.append("the end")
    return " or ".join(said) if len(said) < 3 else ", ".join(said[:-1]) + " or " + said[-1]


def misread(text: str, position: int, expected: set[str], known: str | None = None) -> RegimenError:
    """The refusal of what stands at ``position``.

    Parameters
    ----------
    expected : terminals that the grammar could have gone on with.
    known : the token, when it is a word of the language in the wrong place.
    """
    match = _WORD.match(text, position)
    if known and match and match.group().lower().startswith(f"{known.lower()}-"):
        known = None  # the S of a misspelt S-ketamine is no second
    word = known or (match.group() if match else text[position : position + 1].strip())
    end = position + len(word)
    bare = None if word[:1] in ("-", "–") else _number_without_unit(text, position, expected)
    if bare is not None and (known or not word or not (_route(word) or closest(word, _candidates(expected)))):
        return bare
    if not word:
        return _unfinished(text, position, expected)
    if re.fullmatch(r"[-–]\.?\d[\d.]*", word) and text[:position][-1:].isdigit():
        sentence = f"'{word}' makes a range of doses; write one dose, or a ramp with 'raise ... to ...'."
        return RegimenError(sentence, text, position, end)
    special = None if known else _special(word)
    if special is not None:
        sentence, suggestion = special
        return RegimenError(sentence, text, position, end, suggestion)
    if known is not None and known.lower() == "for":
        return _how_often_first(text, position)
    if known is not None:
        sentence = f"'{word}' cannot stand here; expected {wanted(expected)}."
        return RegimenError(sentence, text, position, end)
    cutoff = 0.75 if "ROUTE" in expected else 0.6  # an unknown route is no misspelling of another word
    suggestion = (
        _route(word)
        or closest(word, _candidates(expected), cutoff)
        or closest(word, _everything(), max(cutoff, 0.7))
    )
    remedy = f"did you mean '{suggestion}'?" if suggestion else f"expected {wanted(expected)}."
    return RegimenError(f"'{word}' is not understood; {remedy}", text, position, end, suggestion)


def _how_often_first(text: str, position: int) -> RegimenError:
    rest = re.match(r"for[\s,]+[^\s,;]+(?:\s+[^\s,;]+)?", text[position:], re.IGNORECASE)
    wrote = rest.group() if rest else "for"
    sentence = f"'{wrote}' does not say how often; write for example 'daily {wrote}'."
    return RegimenError(sentence, text, position, position + len(wrote), f"daily {wrote}")


def _number_without_unit(text: str, position: int, expected: set[str]) -> RegimenError | None:
    before = _NUMBER_AT_END.search(text[:position])
    if before is None:
        return None
    number = before.group(1)
    if expected & {"AMOUNT_UNIT", "RATE_UNIT"}:
        capped = text[: before.start(1)].lower().rstrip(" ,").endswith(words.WORDS["MAX"])
        suggestion = f"{number} mg/h" if capped or "AMOUNT_UNIT" not in expected else f"{number} mg/kg"
        sentence = f"'{number}' has no unit; write for example '{suggestion}'."
    elif "TIME_UNIT" in expected:
        sentence, suggestion = (
            f"'{number}' has no unit of time; write for example '{number} min'.",
            f"{number} min",
        )
    else:
        return None
    return RegimenError(sentence, text, before.start(1), before.end(1), suggestion)


def _unfinished(text: str, position: int, expected: set[str]) -> RegimenError:
    start = max(text.rfind(" ", 0, position), text.rfind(",", 0, position)) + 1
    sentence = f"The regimen stops after '{text[start:position]}'; expected {wanted(expected)}."
    return RegimenError(sentence, text, start, position)


def _in_ascii(word: str) -> str:
    """A word whose digits are of another script, with 0 to 9; empty when it has none."""
    changed = "".join(
        str(unicodedata.decimal(letter)) if unicodedata.decimal(letter, -1) >= 0 else letter
        for letter in word
    )
    return changed if changed != word else ""


def _special(word: str) -> tuple[str, str | None] | None:
    """Sentences for the mistakes that people make most, before any guess."""
    if not word.isascii() and (right := _in_ascii(word)):
        return f"'{word}' is written with other digits than 0 to 9; write {right}.", right
    if re.fullmatch(r"\d+,\d+\S*", word):
        right = word.replace(",", ".")
        return f"'{word}' has a decimal comma; write {right}.", right
    if re.match(r"[-+−]\s*\.?\d", word):
        right = word.lstrip("-+−")
        return f"'{word}' has a sign; every number in a regimen is above 0, write {right}.", right
    if word.lower().lstrip("+-") in ("nan", "inf", "infinity", "infinite"):
        return f"'{word}' is not a number that can be given; write a number above 0.", None
    if re.search(r"/m(2|²|\^2)", word):
        return f"'{word}' is a dose per body surface, which is not used here; write mg/kg.", "mg/kg"
    if re.fullmatch(r"months?|mo|monthly|years?|yearly", word.lower()):
        return f"'{word}' has no fixed length; write weeks, for example 'every 4 weeks'.", "weeks"
    return None
