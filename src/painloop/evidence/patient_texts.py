"""What a text for patients must never say, and what a leaflet must always say.

The rules apply to everything that painloop writes for patients: answers, leaflets, verdicts in short. Claims under
check and the words in which people ask are quoted, so they are not judged.
"""

from __future__ import annotations

import re

FORBIDDEN = {
    "a reset": r"\bre-?set(s|ting)?\b|\breboots?\b",
    "the root cause": r"\broot cause",
    "no dependence": r"\b(no|not|never|without|zero)\b[^.]{0,30}\b(dependen\w*|addict\w*|habit-forming)",
    "no effect on breathing": (
        r"\b(no|not|never|without|doesn't|does not)\b[^.]{0,25}\b(effect on|affect|suppress|depress|slow|change)\w*"
        r"[^.]{0,20}\bbreath"
    ),
    "safe in the long term": r"\bsafe\b[^.?]{0,25}\b(long[- ]?term|for years|over years)|\blong[- ]?term safe(?!ty)",
    "a cure": r"\b(cures|will cure|can cure|is a cure)\b|\bmiracle\b",
    "a promise": r"\bguarantee[sd]?\b|\bwill (take away|remove|end|fix) your pain\b|\brisk-free\b|\bno risks?\b",
}
"""What is never stated, and the words that would state it."""

REQUIRED = {
    "off-label": r"off-label",
    "may not help": r"may not help",
    "usually short": r"(usually|mostly|often) short",
    "known risks": r"\brisks?\b",
    "alternatives": r"what else|other (choices|options|treatments)|alternatives",
    "no driving until the next day": r"not drive until the next day",
    "cost": r"\bcosts?\b|\bdollars\b",
    "what is not known": r"not known|nobody knows|do not know",
}
"""What every leaflet says, and the words by which that is seen."""


def forbidden_in(text: str) -> tuple[str, ...]:
    """What a text states that no text for patients may state.

    >>> forbidden_in("It resets your nerves and is safe for years.")
    ('a reset', 'safe in the long term')
    """
    return tuple(name for name, words in FORBIDDEN.items() if re.search(words, text, re.IGNORECASE))


def missing_in(text: str) -> tuple[str, ...]:
    """What a leaflet leaves unsaid.

    >>> "cost" in missing_in("Ketamine for pain is off-label. It may not help.")
    True
    """
    return tuple(name for name, words in REQUIRED.items() if not re.search(words, text, re.IGNORECASE))
