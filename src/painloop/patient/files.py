"""The files of a person: ``patient.yaml`` (who), ``sessions.csv`` (what was given), ``diary.csv`` (how it went).

One typed record a row, readers that refuse with file, line, column, value and limit, and writers whose files read
back equal. Times carry a zone; an empty cell is missing, never zero.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from painloop.errors import InputError, PainloopError
from painloop.patient.records import DiaryEntry, Patient, Session, refusal
from painloop.regimen.given import AdministrationRecord
from painloop.regimen.orders import Rate
from painloop.regimen.quantities import plain

SESSION_COLUMNS = ("start", "drug", "form", "route", "rate_or_dose", "unit", "stop")
DIARY_COLUMNS = ("when", "item", "value")

Row = TypeVar("Row", bound=BaseModel)


def read_patient(path: str | Path) -> Patient:
    """The person of a ``patient.yaml``.

    Raises
    ------
    InputError
        One sentence with file, key, value and limit.
    """
    import yaml

    try:
        content = yaml.safe_load(_text(path))
    except (yaml.YAMLError, RecursionError, ValueError) as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark is not None else ""
        raise InputError(f"{path}{where}: this is not YAML; write one 'key: value' a line.") from None
    if not isinstance(content, dict):
        raise InputError(
            f"{path}: this holds no person; write one 'key: value' a line, beginning with 'id:'."
        )
    try:
        return Patient.model_validate(content)
    except ValidationError as problem:
        raise InputError(f"{path}: {refusal(problem, Patient)}") from None


def write_patient(path: str | Path, patient: Patient) -> None:
    """Write a ``patient.yaml``; what is not known is left out."""
    import yaml

    content = patient.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    _write(path, yaml.safe_dump(content, sort_keys=False, allow_unicode=True))


def read_sessions(path: str | Path, allow_extreme: bool = False) -> tuple[AdministrationRecord, ...]:
    """What was given, in the order of the file; a dose that no one would give needs ``allow_extreme``.

    Raises
    ------
    InputError
        One sentence with file, line, column, value and limit.
    """
    records = []
    for line, row in _rows(path, SESSION_COLUMNS):
        session = _checked(path, line, Session, row)
        try:
            records.append(session.administration(allow_extreme))
        except InputError as problem:
            raise InputError(f"{path}, line {line}: {problem}") from None
    return tuple(records)


def write_sessions(path: str | Path, records: Iterable[AdministrationRecord]) -> None:
    """Write a ``sessions.csv``; an interrupted infusion becomes one row for each time it ran."""
    rows = []
    for record in records:
        unit = {"": "", "kg": "/kg", "70kg": "/70kg"}[record.given.per]
        is_rate = isinstance(record.given, Rate)
        for begin, end, share in _stretches(record):
            amount = record.given.mg_per_h if isinstance(record.given, Rate) else record.given.mg * share
            unit_text = f"mg/h{unit}" if is_rate else f"mg{unit}"
            stop = "" if end is None else end.isoformat()
            rows.append(
                (begin.isoformat(), record.drug, record.form, record.route, plain(amount), unit_text, stop)
            )
    _write(path, _csv(SESSION_COLUMNS, rows))


def _stretches(record: AdministrationRecord) -> list[tuple[datetime, datetime | None, float]]:
    if record.stop is None:
        return [(record.start, None, 1.0)]
    ran = list(record.stretches())
    total = sum((end - begin for begin, end in ran), timedelta())
    return [(begin, end, (end - begin) / total) for begin, end in ran]


def read_diary(path: str | Path) -> tuple[DiaryEntry, ...]:
    """The entries of a ``diary.csv``, in the order of the file.

    Raises
    ------
    InputError
        One sentence with file, line, column, value and limit.
    """
    return tuple(_checked(path, line, DiaryEntry, row) for line, row in _rows(path, DIARY_COLUMNS))


def write_diary(path: str | Path, entries: Iterable[DiaryEntry]) -> None:
    """Write a ``diary.csv``."""
    rows = [
        (e.when.isoformat(), e.item, e.value if isinstance(e.value, str) else plain(e.value)) for e in entries
    ]
    _write(path, _csv(DIARY_COLUMNS, rows))


def _rows(path: str | Path, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """(line, cells) of each row that is not blank."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        header = tuple(cell.strip() for cell in next(reader, []))
        if header != columns:
            wrong = ",".join(header)[:80]
            raise InputError(f"{path}, line 1: the columns are '{wrong}'; write '{','.join(columns)}'.")
        rows = []
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(columns):
                raise InputError(
                    f"{path}, line {reader.line_num}: {len(cells)} cells do not fit {len(columns)} columns; "
                    "put a text with commas in quotes."
                )
            rows.append((reader.line_num, dict(zip(columns, (cell.strip() for cell in cells), strict=True))))
    except csv.Error as problem:
        raise InputError(
            f"{path}, line {reader.line_num}: this is not CSV ({problem}); correct the quotes."
        ) from None
    return rows


def _checked(path: str | Path, line: int, model: type[Row], row: dict[str, str]) -> Row:
    try:
        return model.model_validate(row)
    except ValidationError as problem:
        raise InputError(f"{path}, line {line}: {refusal(problem, model)}") from None


def _csv(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([columns, *rows])
    return out.getvalue()


def _text(path: str | Path) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path}: this is not text in UTF-8; save it as UTF-8.") from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "not a path"
        raise InputError(f"{path} cannot be read ({reason}); give the path of a file that can.") from None


def _write(path: str | Path, text: str) -> None:
    """Write beside the file and rename, so that no reader ever sees half of it."""
    target = Path(path)
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        beside.write_text(text, encoding="utf-8", newline="")
        beside.replace(target)
    except OSError as problem:
        beside.unlink(missing_ok=True)
        raise PainloopError(f"{path} cannot be written ({problem.strerror}); nothing was changed.") from None
