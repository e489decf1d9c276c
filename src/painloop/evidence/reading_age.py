"""How hard a text is to read: the school grade of Flesch and Kincaid, with syllables counted by groups of vowels.

Reference: Kincaid 1975 (Navy Research Branch Report 8-75). Grade 6 to 7 is a reading age of about 12.
"""

from __future__ import annotations

import re

PER_SENTENCE, PER_WORD, CONSTANT = 0.39, 11.8, -15.59
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)")
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*|\d[\d.,/%]*")
_VOWELS = re.compile(r"[aeiouy]+")
_TWO_VOWELS = re.compile(r"(?<![tscg])i[aou]|(?<![gq])ua")
"""Vowels beside each other that are two syllables, as in opioid and usual; tion and cian are one."""
_SILENT = re.compile(r"(?<=[^aeiouyl])e$|(?<=[^aeiouydt])ed$|(?<=[^aeiouyscxzgh])es$")


def school_grade(text: str) -> float:
    """The grade of a text; numbers count as words of one syllable.

    >>> school_grade("The cat sat on the mat. It was warm.") < 2
    True
    """
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, len(_SENTENCE_END.findall(text)))
    syllables = sum(syllable_count(word) for word in words)
    return PER_SENTENCE * len(words) / sentences + PER_WORD * syllables / len(words) + CONSTANT


def syllable_count(word: str) -> int:
    """Syllables of an English word, at least one.

    >>> [syllable_count(word) for word in ("pain", "ketamine", "infusion", "helped", "opioid")]
    [1, 3, 3, 1, 3]
    """
    parts = re.split(r"[-']", word.lower())
    return max(
        1, sum(len(_VOWELS.findall(_SILENT.sub("", part))) + len(_TWO_VOWELS.findall(part)) for part in parts)
    )
