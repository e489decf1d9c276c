"""What can go wrong, said in one sentence: the value, the limit and the remedy.

Every failure that painloop foresees is a :class:`PainloopError`; the command line prints its message and leaves
with its ``exit_status``. Anything else that reaches the user is a defect.
"""

from __future__ import annotations


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
        """The prescription with a caret line under the offending word, or an empty string."""
        if not self.text or self.end <= self.start:
            return ""
        return f"{self.text}\n{' ' * self.start}{'^' * (self.end - self.start)}"


class ValidityWarning(UserWarning):
    """A model is used outside the range of the people, doses or times it was built on."""
