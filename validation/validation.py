"""Writes validation/validation.json: the outcome of every claim, which `make test` holds later ones against.

Run by ``make verify``, after the long runs that it reads (their files come first in the alphabet).
"""

from __future__ import annotations

from painloop.validate.answer import validate
from painloop.validate.regression import FILE, write


def main() -> None:
    found = validate()
    write(found)
    print("\n".join(found.news))
    print(FILE.name)


if __name__ == "__main__":
    main()
