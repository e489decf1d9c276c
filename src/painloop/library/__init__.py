"""The facts: YAML files by kind, one file a source, and the loader that checks them."""

from painloop.library.expressions import Expression, compile_expression
from painloop.library.loader import (
    content_hash,
    entries,
    find,
    find_all,
    ids,
    kinds,
    load,
    load_file,
    path_of,
)

__all__ = [
    "Expression",
    "compile_expression",
    "content_hash",
    "entries",
    "find",
    "find_all",
    "ids",
    "kinds",
    "load",
    "load_file",
    "path_of",
]
