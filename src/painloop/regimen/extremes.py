"""Refuses doses that no one would give; a slip of unit or decimal point is caught before anything is computed."""

from __future__ import annotations

from typing import NoReturn

from painloop.errors import RegimenError
from painloop.regimen.building import Places
from painloop.regimen.canonical import dose_text, rate_text
from painloop.regimen.facts import Limits, base_fraction, limits
from painloop.regimen.orders import INFUSED, Give, Infuse, Per, Prescription, Ramp, Rate, Regimen
from painloop.regimen.timetable import starts

DAY_H = 24.0
_REMEDY = "check the number and the unit, or pass --allow-extreme (allow_extreme=True)"


def refuse_extreme(regimen: Regimen, text: str = "", places: Places = ()) -> None:
    """Refuse a regimen above the limits of its routes.

    A dose or rate per kg is judged as it is, an absolute one and one per 70 kg at 70 kg, after the caps.

    Raises
    ------
    RegimenError
        That names the value, the limit with its source, and the remedy.
    """
    for index, order in enumerate(regimen.prescriptions):
        _Judge(order, text, places[index] if places else ((0, 0),) * len(order.session)).judge()


class _Judge:
    """Judges one prescription; ``places`` says where its doses stand in the text."""

    def __init__(self, order: Prescription, text: str, places: tuple[tuple[int, int], ...]) -> None:
        self.order, self.text, self.places, self.place = order, text, places, places[0]
        self.limits: Limits = limits(order.route)
        self.base = base_fraction(order.form)

    def judge(self) -> None:
        for place, step in zip(self.places, self.order.session, strict=True):
            self.place = place
            if isinstance(step, Give):
                self._amount(step)
            else:
                self._rate(step)
        if self.order.route not in INFUSED or not self.order.session_h:
            self.place = self.places[0]
            self._day()

    def _per_kg(self, value: float, per: Per, cap: float | None = None) -> float:
        """mg (or mg/h) of base per kg; a cap is for the whole person."""
        kg = self.limits.reference_kg
        share = value if per == "kg" else value / (70.0 if per == "70kg" else kg)
        return self.base * (share if cap is None else min(share, cap / kg))

    def _amount(self, step: Give) -> None:
        single, rate_limit = self.limits.single_mg_per_kg, self.limits.rate_mg_per_kg_h
        amount = self._per_kg(step.dose.mg, step.dose.per, self.order.caps.mg)
        if amount <= single:
            return
        if step.duration_h and rate_limit is not None:
            rate = amount / step.duration_h
            cap = self.order.caps.mg_per_h
            rate = rate if cap is None else min(rate, self._per_kg(cap, ""))
            if rate <= rate_limit:
                return
            wrote = f"{dose_text(step.dose)} in {step.duration_h:g} h"
            self._refuse(f"{wrote} ({rate:.3g} mg/kg/h)", f"{rate_limit:g} mg/kg/h", self.limits.rate_source)
        self._refuse(f"{dose_text(step.dose)} at once", f"{single:g} mg/kg", self.limits.single_source)

    def _rate(self, step: Infuse | Ramp) -> None:
        limit = self.limits.rate_mg_per_kg_h
        assert limit is not None
        highest = step.rate if isinstance(step, Infuse) else _highest(step)
        rate = self._per_kg(highest.mg_per_h, highest.per, self.order.caps.mg_per_h)
        if rate > limit:
            self._refuse(rate_text(highest), f"{limit:g} mg/kg/h", self.limits.rate_source)

    def _day(self) -> None:
        """The most that 24 h of the order bring, for doses given at once."""
        session = sum(self._per_kg(s.dose.mg, s.dose.per) for s in self.order.session if isinstance(s, Give))
        if self.order.caps.mg is not None:
            session = min(session, self._per_kg(self.order.caps.mg, ""))
        count = _sessions_in_a_day(self.order)
        total = session * count
        if self.order.caps.mg_per_day is not None:
            total = min(total, self._per_kg(self.order.caps.mg_per_day, ""))
        if total > self.limits.day_mg_per_kg:
            source = f"several times a day the highest single dose, {self.limits.single_source}"
            self._refuse(f"{total:.3g} mg/kg a day", f"{self.limits.day_mg_per_kg:g} mg/kg a day", source)

    def _refuse(self, value: str, limit: str, source: str) -> NoReturn:
        route = self.order.route
        source = source.split(",")[0].split(";")[0]
        sentence = (
            f"{value} {route} is above {limit}, the limit from the highest dose known ({source}); {_REMEDY}."
        )
        raise RegimenError(sentence, self.text, *self.place)


def _highest(ramp: Ramp) -> Rate:
    return Rate(max(ramp.start.mg_per_h, ramp.end_mg_per_h), ramp.start.per)


def _sessions_in_a_day(order: Prescription) -> int:
    """Sessions in the first 24 h of the busiest phase."""
    return max(sum(1 for _ in starts((phase,), 0.0, DAY_H)) for phase in order.phases)
