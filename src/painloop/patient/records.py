"""Typed rows of a person's files, with the limits of every value and the sentence that refuses a wrong one."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from painloop.errors import InputError
from painloop.regimen import words
from painloop.regimen.extremes import refuse_extreme
from painloop.regimen.given import AdministrationRecord
from painloop.regimen.orders import Dose, Form, Give, Infuse, Phase, Prescription, Rate, Regimen
from painloop.regimen.quantities import mass
from painloop.regimen.suggestions import closest

Item = Literal[
    "nrs", "nrs_worst", "peg", "phq9", "gad7", "mme", "sleep", "function",
    "medication", "physiotherapy", "rescue", "note",
]  # fmt: skip
"""What a diary line is about."""

SCORES: dict[str, tuple[float, float, bool]] = {
    "nrs": (0.0, 10.0, False),
    "nrs_worst": (0.0, 10.0, False),
    "peg": (0.0, 10.0, False),
    "phq9": (0.0, 27.0, True),
    "gad7": (0.0, 21.0, True),
    "mme": (0.0, 5000.0, False),
    "sleep": (0.0, 24.0, False),
    "function": (0.0, 10.0, False),
}
"""Item -> lowest, highest, whole numbers only. Pain, PEG and function are 0-10, mme is mg/day, sleep is h."""

LONGEST_NOTE = 2000
"""Characters of the longest text in a diary."""

_NUMBER = re.compile(r"[-+]?(\d+(\.\d+)?|\.\d+)(e[-+]?\d{1,3})?", re.IGNORECASE)
_UNIT = re.compile(
    rf"(?:{'|'.join(words.MASS)})((/(70 ?)?kg)?(/({'|'.join(words.TIME)}))?|/({'|'.join(words.TIME)})/(70 ?)?kg)",
    re.I,
)


def _number(value: Any) -> Any:
    """A plain number; text, true and false are slips of the pen."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"'{value}' is not a number; write one without quotes or unit")
    return value


def _number_in_text(value: Any) -> Any:
    text = str(value).strip()
    if not _NUMBER.fullmatch(text):
        hint = "write one with a decimal point" if "," in text else "write one, such as 0.5"
        raise ValueError(f"'{text}' is not a number; {hint}")
    return float(text)


def moment(value: Any) -> datetime:
    """An ISO 8601 date and time with a zone."""
    text = value.isoformat() if isinstance(value, datetime) else str(value).strip()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is not a time; write for example 2026-03-02T09:00:00+01:00") from None
    if found.utcoffset() is None:
        raise ValueError(f"'{text}' has no time zone; write for example {text}+01:00")
    return found


def _moment_or_day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value).strip()):
        try:
            return date.fromisoformat(str(value).strip())
        except ValueError:
            raise ValueError(f"'{value}' is not a day of the calendar; correct it") from None
    return moment(value)


Number = Annotated[float, BeforeValidator(_number)]
NumberCell = Annotated[float, BeforeValidator(_number_in_text)]
Moment = Annotated[datetime, BeforeValidator(moment)]
Organ = Literal["normal", "mild", "moderate", "severe", "unknown"]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Patient(_Record):
    """One person, as ``patient.yaml`` holds them.

    Attributes
    ----------
    id : letters, digits, ``-`` and ``_``; no name.
    age_y : 0-120 years. weight_kg : 2-350 kg. height_cm : 30-250 cm.
    condition : id of a condition of the library. baseline_nrs : usual pain before treatment, 0-10.
    pain_since_y : how long the pain has lasted, years.
    medications : names, with dose where it matters. liver, kidney : impairment.
    """

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")
    age_y: Number = Field(ge=0, le=120)
    weight_kg: Number = Field(ge=2, le=350)
    height_cm: Number | None = Field(default=None, ge=30, le=250)
    sex: Literal["female", "male"]
    condition: str | None = Field(default=None, pattern=r"^(conditions/)?[a-z][a-z0-9-]*$")
    baseline_nrs: Number | None = Field(default=None, ge=0, le=10)
    pain_since_y: Number | None = Field(default=None, ge=0, le=120)
    ancestry: Literal["asian", "japanese", "other"] | None = None
    medications: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = ()
    liver: Organ = "unknown"
    kidney: Organ = "unknown"
    note: str | None = Field(default=None, max_length=LONGEST_NOTE)

    @model_validator(mode="after")
    def _pain_is_younger(self) -> Patient:
        if self.pain_since_y is not None and self.pain_since_y > self.age_y:
            raise ValueError(
                f"pain_since_y: {self.pain_since_y:g} is above the age of {self.age_y:g} years; correct one"
            )
        return self


class DiaryEntry(_Record):
    """One line of ``diary.csv``: a score (see :data:`SCORES`) or a text.

    ``when`` is a time with zone, or a day.
    """

    when: Annotated[datetime | date, BeforeValidator(_moment_or_day)]
    item: Item
    value: float | str

    @model_validator(mode="before")
    @classmethod
    def _value_of_its_item(cls, row: Any) -> Any:
        if not isinstance(row, dict) or row.get("item") not in (
            *SCORES,
            "medication",
            "physiotherapy",
            "rescue",
            "note",
        ):
            return row
        return {**row, "value": _diary_value(str(row["item"]), row.get("value"))}

    def hours_after(self, t0: datetime) -> float:
        """Time after ``t0`` in h; a day without a time counts as noon in the zone of ``t0``."""
        when = self.when
        if not isinstance(when, datetime):
            when = datetime.combine(when, time(12), t0.tzinfo)
        return (when - t0).total_seconds() / 3600.0


def _diary_value(item: str, value: Any) -> float | str:
    text = str(value if value is not None else "").strip()
    if item not in SCORES:
        if not 0 < len(text) <= LONGEST_NOTE:
            raise ValueError(f"value: a {item} of {len(text)} characters; write 1 to {LONGEST_NOTE}")
        return text
    low, high, whole = SCORES[item]
    try:
        number = float(_number_in_text(text))
    except ValueError as problem:
        raise ValueError(f"value: {problem}") from None
    if not low <= number <= high:
        raise ValueError(f"value: {item} {text} is outside {low:g} to {high:g}; correct it")
    if whole and number != int(number):
        raise ValueError(f"value: {item} {text} is not a whole number; correct it")
    return number


class Session(_Record):
    """One row of ``sessions.csv``, cells as they are written.

    ``form`` is base or HCl (empty: base), and may name racemic, S or R, which must then agree with ``drug``.
    """

    start: Moment
    drug: str
    form: str = ""
    route: str
    rate_or_dose: NumberCell = Field(gt=0, le=1e6)
    unit: str
    stop: Annotated[datetime | None, BeforeValidator(lambda cell: moment(cell) if cell else None)] = None

    def administration(self, allow_extreme: bool = False) -> AdministrationRecord:
        """The row as a record (raises InputError when words or values contradict each other)."""
        drug = _word("drug", self.drug, words.DRUG)
        route = _word("route", self.route, words.ROUTE)
        if not _UNIT.fullmatch(self.unit):
            suggestion = closest(self.unit, words.COMMON_UNITS)
            meant = f"did you mean '{suggestion}'?" if suggestion else "write mg, mg/kg, mg/h or mg/kg/h."
            raise InputError(f"unit: '{self.unit}' is not a unit of dose or rate; {meant}")
        value, per, is_rate = mass(self.rate_or_dose, self.unit)
        given = Rate(value, per) if is_rate else Dose(value, per)
        record = AdministrationRecord(drug, self._form(drug), route, self.start, given, self.stop)
        if not allow_extreme:
            _refuse_extreme(record)
        return record

    def _form(self, drug: str) -> Form:
        form: Form = "base"
        for part in self.form.split():
            enantiomer = {"racemic": "ketamine", "s": "S-ketamine", "r": "R-ketamine"}.get(part.lower())
            if enantiomer is None:
                form = _word("form", part, words.SALT)
            elif enantiomer != drug:
                raise InputError(f"form: '{part}' contradicts the drug {drug}; correct one of them.")
        return form


def _refuse_extreme(record: AdministrationRecord) -> None:
    if isinstance(record.given, Dose):
        hours = 0.0 if record.stop is None else (record.stop - record.start).total_seconds() / 3600.0
        step: Give | Infuse = Give(record.given, hours)
    else:
        step = Infuse(record.given, 1.0)
    order = Prescription(record.drug, record.route, (step,), (Phase(),), form=record.form)
    refuse_extreme(Regimen((order,)))


def _word(column: str, written: str, table: dict[str, Any]) -> Any:
    for word, meaning in table.items():
        if word.lower() == " ".join(written.split()).lower():
            return meaning
    suggestion = closest(written, table)
    meant = (
        f"did you mean '{suggestion}'?"
        if suggestion
        else f"write one of {', '.join(dict.fromkeys(table.values()))}."
    )
    raise InputError(f"{column}: '{written}' is not known; {meant}")


def refusal(problem: ValidationError, model: type[BaseModel]) -> str:
    """The first fault in one sentence: key, value, limit and remedy."""
    fault = problem.errors(include_url=False)[0]
    key = ".".join(str(part) for part in fault["loc"])
    head, given, context = f"{key}: " if key else "", fault.get("input"), fault.get("ctx", {})
    match fault["type"]:
        case "missing":
            return f"{head}this is missing; add it."
        case "extra_forbidden":
            suggestion = closest(key, model.model_fields)
            return f"{head}this key is not known; " + (
                f"did you mean '{suggestion}'?" if suggestion else "remove it."
            )
        case "value_error":
            return f"{head}{context['error']}."
        case "greater_than_equal" | "greater_than" | "less_than_equal":
            side = (
                "above" if "less" in fault["type"] else "below" if "equal" in fault["type"] else "not above"
            )
            limit = next(iter(context.values()))
            return f"{head}{given} is {side} the limit of {limit:g}; correct it."
        case "literal_error":
            return f"{head}{given!r} is not one of {context['expected']}; write one of these."
        case _:
            return f"{head}{given!r:.60} is not accepted ({fault['msg'].lower()}); correct it."
