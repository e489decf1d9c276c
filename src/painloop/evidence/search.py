"""Finds questions, claims, studies, conditions and guidelines by the words that people use.

SQLite's full-text index ranks (bm25 over stems). Every way to ask a question is a row of its own, so that a short
question is found by a short query; the texts behind them are a second index. Words that mean the same
(``words.yaml``) count for less than the words that were typed; words that are in no text are corrected to the closest
one that is.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

from painloop import library
from painloop.errors import InputError
from painloop.evidence.claims import claims
from painloop.evidence.guidelines import guidelines
from painloop.evidence.questions import questions
from painloop.evidence.trials import trials
from painloop.evidence.wording import corrected, meaningful, same_meaning, tokens

KINDS = ("question", "claim", "condition", "guideline", "trial")
LONGEST_QUERY = 300

OF_KIND = {"question": 1.0, "claim": 0.7, "condition": 0.6, "guideline": 0.5, "trial": 0.5}
SYNONYM, BODY, SAME_QUESTION = 0.35, 0.4, 6.0
"""How much a word of the same meaning counts, the text beside the ways to ask, and all words of one way to ask."""
LETTERS_TO_MISS = 3
"""The shortest word of which a query is told that no text has it."""
LEAST_SHARED = 0.6
"""Words that a query and a way to ask must share, of all their words, to count as the same question."""


@dataclass(frozen=True)
class Hit:
    """Something that was found; ``says`` is its answer or verdict in short, a higher ``score`` fits better."""

    kind: str
    id: str
    title: str
    says: str
    state: str
    score: float

    def plain(self) -> dict[str, Any]:
        """The hit for JSON."""
        return dict(vars(self))


@dataclass(frozen=True)
class _Text:
    kind: str
    id: str
    title: str
    says: str
    state: str
    phrases: tuple[str, ...]
    body: str


def search(query: str, kinds: Iterable[str] = KINDS, limit: int = 10) -> tuple[Hit, ...]:
    """What fits a query best, best first; nothing where no word of it is known.

    Parameters
    ----------
    query : words or a question, at most 300 characters.
    kinds : which of :data:`KINDS` to look in.
    limit : how many hits at most.

    Raises
    ------
    InputError
        When the query is too long, a kind is unknown, or the limit is not a positive number.
    """
    chosen = tuple(kinds)
    _check(query, chosen, limit)
    words = _read(query)
    typed = meaningful(words)
    meant = [other for word in typed for other in same_meaning().get(word, ()) if other not in typed]
    scores: defaultdict[int, float] = defaultdict(float)
    for sought, weight in ((typed, 1.0), (meant, SYNONYM)):
        for table, share in (("phrases", 1.0), ("bodies", BODY)):
            for place, score in _ranked(table, sought):
                scores[place] += weight * share * score
    for place, shared in _asked_alike(frozenset(words)):
        scores[place] += SAME_QUESTION * shared
    texts = _texts()
    hits = [_hit(texts[place], score) for place, score in scores.items() if texts[place].kind in chosen]
    return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.kind, hit.id))[:limit])


def best_question(query: str) -> str | None:
    """The id of the question that fits best, None where nothing fits."""
    return next((hit.id for hit in search(query, kinds=("question",), limit=1)), None)


def unknown_words(query: str) -> tuple[str, ...]:
    """The words of a query that are in no text here, nor mean the same as one that is.

    Raises
    ------
    InputError
        When the query is too long.

    >>> unknown_words("trigeminal neuralgia")
    ('trigeminal',)
    """
    _check(query, KINDS, 1)
    return tuple(dict.fromkeys(word for word in meaningful(_read(query)) if not _is_known(word)))


def _check(query: str, kinds: tuple[str, ...], limit: int) -> None:
    if len(query) > LONGEST_QUERY:
        raise InputError(f"The query has {len(query)} characters; write at most {LONGEST_QUERY}.")
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise InputError(f"'{unknown[0]}' cannot be searched; use one of {', '.join(KINDS)}.")
    if limit < 1:
        raise InputError(f"{limit} hits cannot be shown; give a whole number from 1.")


def _read(query: str) -> list[str]:
    """The words of a query, spelt as the texts spell them."""
    return [corrected(word, _vocabulary()) for word in tokens(query)]


def _is_known(word: str) -> bool:
    """Whether a text has the word or one that means the same; numbers and pairs of letters are not asked after."""
    small = len(word) < LETTERS_TO_MISS or word.isdigit()
    return (
        small or word in same_meaning() or any(any(_ranked(table, [word])) for table in ("phrases", "bodies"))
    )


def _ranked(table: str, words: list[str]) -> Iterator[tuple[int, float]]:
    """Places of texts and how well the best row of each fits the words."""
    if not words:
        return
    wanted = " OR ".join(f'"{word}"' for word in words)
    statement = f"SELECT place, -bm25({table}) FROM {table} WHERE {table} MATCH ?"  # noqa: S608
    best: dict[int, float] = {}
    index, lock = _index()
    with lock:
        rows = index.execute(statement, (wanted,)).fetchall()
    for place, score in rows:
        best[place] = max(best.get(place, 0.0), score)
    yield from best.items()


def _asked_alike(words: frozenset[str]) -> Iterator[tuple[int, float]]:
    """Places of texts that are asked for in much the same words, small ones included."""
    for place, phrases in enumerate(_phrase_words()):
        shared = max(len(words & phrase) / len(words | phrase) for phrase in phrases)
        if shared >= LEAST_SHARED:
            yield place, shared


@cache
def _phrase_words() -> tuple[tuple[frozenset[str], ...], ...]:
    return tuple(tuple(frozenset(tokens(phrase)) for phrase in text.phrases) for text in _texts())


def _hit(text: _Text, score: float) -> Hit:
    return Hit(text.kind, text.id, text.title, text.says, text.state, round(score * OF_KIND[text.kind], 3))


@cache
def _index() -> tuple[sqlite3.Connection, Lock]:
    """The index in memory; SQLite lets threads share it when only one asks at a time."""
    index = sqlite3.connect(":memory:", check_same_thread=False)
    for table in ("phrases", "bodies"):
        index.execute(
            f"CREATE VIRTUAL TABLE {table} USING fts5(place UNINDEXED, text, tokenize='porter unicode61')"
        )
    for place, text in enumerate(_texts()):
        rows = [(place, phrase) for phrase in text.phrases]
        index.executemany("INSERT INTO phrases VALUES (?, ?)", rows)
        index.execute("INSERT INTO bodies VALUES (?, ?)", (place, text.body))
    return index, Lock()


@cache
def _vocabulary() -> tuple[str, ...]:
    """Every word of the texts and of the words that mean the same; the commonest first."""
    counts = Counter(word for text in _texts() for word in tokens(" ".join((*text.phrases, text.body))))
    counts.update(same_meaning().keys())
    return tuple(word for word, _ in counts.most_common())


@cache
def _texts() -> tuple[_Text, ...]:
    return (*_of_questions(), *_of_claims(), *_of_conditions(), *_of_guidelines(), *_of_trials())


def _of_questions() -> Iterator[_Text]:
    for one in questions():
        yield _Text(
            "question", one.id, one.ask, one.answer[0].says, one.verdict, (one.ask, *one.also), one.text
        )


def _of_claims() -> Iterator[_Text]:
    for one in claims():
        said = " ".join((one.as_worded, *(line.says for line in one.sources), *one.not_known))
        phrases = (one.title, one.claim, *((one.code,) if one.code else ()))
        yield _Text("claim", one.id, one.title, one.as_worded, one.verdict, phrases, said)


def _of_conditions() -> Iterator[_Text]:
    for one in library.entries("conditions"):
        names, evidence = one.names, one.evidence  # type: ignore[attr-defined]
        yield _Text(
            "condition",
            one.id,
            one.title,
            evidence.statement,
            evidence.grade,
            (one.title, *names),
            evidence.statement,
        )


def _of_guidelines() -> Iterator[_Text]:
    for one in guidelines():
        said = " ".join(f"{line.about} {line.says}" for line in one.recommendations)
        yield _Text(
            "guideline", one.id, one.title, one.body, one.binding, (one.title, one.id, one.body), said
        )


def _of_trials() -> Iterator[_Text]:
    for one in trials():
        yield _Text(
            "trial",
            one.id,
            one.title,
            one.says,
            one.result,
            (one.title, one.id, one.condition_title),
            one.says,
        )
