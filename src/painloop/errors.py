"""What can go wrong, said in one sentence: the value, the limit and the remedy.

Every failure that painloop foresees is a :class:`PainloopError`; the command line prints its message and leaves
with its ``exit_status``. Anything else that reaches the user is a defect.
"""

from __future__ import annotations

_WHOLE_UP_TO, _AROUND = 200, 60
"""Characters of a prescription that is shown whole, and of a longer one on either side of the word pointed at."""
_SHOWN = {code: 0x2400 + code for code in range(32)} | {127: 0x2421} | dict.fromkeys((9, 10, 13), 32)
"""Control characters as the picture of themselves, which is one character wide and does nothing to a terminal."""


def printable(text: str) -> str:
    """The text in one line of as many characters, without those that would act on a terminal."""
    return text.translate(_SHOWN)


class PainloopError(Exception):
    """Something could not be done, though the request made sense (exit status 1)."""

    exit_status = 1


class InputError(PainloopError):
    """The request itself is wrong: the message names the value, the limit and the remedy (exit status 2)."""

    exit_status = 2


class LibraryError(InputError):
    """A library file is malformed or an id is unknown: the message names the file, the key and the remedy."""


class RegimenError(InputError):
    """A prescription cannot be understood or must not be given.

    Parameters
    ----------
    message : one sentence that names the word, the limit and the remedy.
    text : the prescription as it was written.
    start, end : where the offending word stands in ``text`` (characters, end exclusive).
    suggestion : the word that was probably meant, if any.
    """

    def __init__(
        self, message: str, text: str = "", start: int = 0, end: int = 0, suggestion: str | None = None
    ) -> None:
        super().__init__(message)
        self.text, self.start, self.end, self.suggestion = text, start, end, suggestion

    def pointer(self) -> str:
        """The prescription with a caret line under the offending word, or an empty string.

        Of a long prescription only the surroundings of the word are shown.
        """
        if not self.text or self.end <= self.start:
            return ""
        left, end, right = 0, self.end, len(self.text)
        if right > _WHOLE_UP_TO:
            end = min(end, self.start + _AROUND)
            left, right = max(0, self.start - _AROUND), min(right, end + _AROUND)
        before, after = "… " * (left > 0), " …" * (right < len(self.text))
        shown = f"{before}{printable(self.text[left:right])}{after}"
        return f"{shown}\n{' ' * (len(before) + self.start - left)}{'^' * (end - self.start)}"


class ValidityWarning(UserWarning):
    """A model is used outside the range of the people, doses or times it was built on."""
