"""The answer of the engine as curves, by the names that pages use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np

from painloop import library
from painloop._version import __version__
from painloop.library.schema.effects import Loop
from painloop.report.curves import AVERAGED, Array, Curve
from painloop.report.observed import Point
from painloop.report.words import rival_label
from painloop_clinic.evidence.addresses import card_address

_PLACEBO_WORDS = ("placebo", "saline", "midazolam", "control", "comparator", "sham")
_BANDS = {"p5": "p05", "p95": "p95"}


@dataclass(frozen=True)
class Answer:
    """A simulated course.

    Parameters
    ----------
    raw : what the engine sent for the question ``course``.
    window : ``session`` reads levels from the close view of the first session, ``course`` from the whole.
    followed : the explanations to show and to average over; none means all. All are always simulated, so that
        leaving one out needs no new answer.
    """

    raw: Mapping[str, Any]
    window: str = "session"
    followed: tuple[str, ...] = ()

    @property
    def rivals(self) -> list[str]:
        """The explanations that are shown, without their mixture."""
        known = [one for one in self.raw["rivals"] if one != AVERAGED]
        return [one for one in known if one in self.followed] or known

    @property
    def main(self) -> str:
        """The explanation to show where only one fits: the mixture, or the only one."""
        return AVERAGED if len(self.rivals) > 1 else self.rivals[0]

    @property
    def patients(self) -> int:
        """How many people were simulated."""
        return int(self.raw["patients"])

    @property
    def condition(self) -> str:
        """The title of the condition."""
        return str(self.raw["condition"]["title"])

    @property
    def version(self) -> str:
        """The version of painloop that answered."""
        return str(self.raw["provenance"].get("version") or __version__)

    @property
    def seed(self) -> int:
        """The seed of the people."""
        return int(self.raw["provenance"].get("seed") or 1)

    @property
    def model_id(self) -> str:
        """The id of the model of drug levels, with its kind."""
        files = self.raw["provenance"]["files"]
        return next((f"{f['kind']}/{f['id']}" for f in files if f["kind"] == "pharmacokinetics"), "")

    @property
    def model(self) -> str:
        """The bare id of that model."""
        return self.model_id.rpartition("/")[2] or "none"

    @property
    def sessions(self) -> Sequence[tuple[float, float]]:
        """Start and stop of every session, h."""
        given = self.raw["sessions"]
        return list(zip(given["start_h"], given["stop_h"], strict=True))

    @cached_property
    def levels_h(self) -> Array:
        """Hours at which levels, block and side effects are known."""
        return np.asarray(self._levels["time_h"], dtype=float)

    @cached_property
    def pain_h(self) -> Array:
        """Hours at which pain is known."""
        return np.asarray(self.raw["pain"]["time_h"], dtype=float)

    @property
    def _levels(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.raw["course" if self.window == "course" else "first_session"]
        return found

    def level(self, name: str) -> Curve | None:
        """A quantity that does not depend on the explanation: a level, block, a side effect."""
        band = self._levels["curves"].get(name)
        return None if band is None else _curve(name, band["unit"], self.levels_h, band)

    def concentrations(self) -> list[Curve]:
        """Drug and metabolites, in the order of the model."""
        names = [name for name, band in self._levels["curves"].items() if band["unit"] == "ng/mL"]
        found = [self.level(name) for name in names]
        return [curve for curve in found if curve is not None]

    def lasting(self, name: str, rival: str) -> Curve | None:
        """A quantity that an explanation decides: pain, relief, gain, the share of responders."""
        return self._of_rival(self.raw["pain"], name, rival)

    def beside(self, name: str) -> Curve | None:
        """The same people without ketamine."""
        return self._of_rival(self.raw.get("untreated"), name, self.main)

    def weekly(self, name: str, rival: str = "") -> Curve | None:
        """A quantity at whole weeks, unthinned: of the mixture, or of one explanation."""
        return self._of_rival(self.raw["weeks"], name, rival or self.main)

    def weekly_beside(self, name: str) -> Curve | None:
        """The same at whole weeks without ketamine."""
        return self._of_rival(self.raw.get("untreated_weeks"), name, self.main)

    def _of_rival(self, raw: Mapping[str, Any] | None, name: str, rival: str) -> Curve | None:
        quantity = None if raw is None else raw["quantities"].get(name)
        if raw is None or quantity is None:
            return None
        curves = raw["rivals"]
        whole = len(self.rivals) == len(self.raw["rivals"]) - 1
        band: Mapping[str, Any] | None
        if rival == AVERAGED and not (whole and self.patients > 1):
            band = _mixed([_band_of(curves[one].get(name)) for one in self.rivals])
        else:
            band = _band_of(curves.get(rival, {}).get(name))
        time_h = np.asarray(raw["time_h"], dtype=float)
        return None if band is None else _curve(name, quantity["unit"], time_h, band)

    def sources(self, name: str) -> list[str]:
        """The ids, with kinds, of the model cards that a quantity rests on, the nearest first."""
        known = {**self.raw["pain"]["quantities"], **self._levels["curves"]}
        text = str(known.get(name, {}).get("sources", ""))
        return [one.strip() for one in text.split(",") if one.strip()]

    def nearest(self, name: str) -> list[str]:
        """Those of them that decide the quantity: the explanations that are followed, else the nearest one."""
        loops = [one for one in self.sources(name) if one.startswith("loop/") and self._follows(one)]
        return loops or self.sources(name)[:1]

    def _follows(self, entry: str) -> bool:
        return library.load("loop", entry.partition("/")[2]).rival in self.rivals

    def points(self, *quantities: str) -> list[Point]:
        """Published means of these quantities, in order of time."""
        found = [_point(one) for one in self.raw["observed"] if one["quantity"] in quantities]
        return sorted((one for one in found if one is not None), key=lambda point: point.time_h)

    def beyond(self, name: str) -> bool:
        """Whether the median person is beyond the levels that the source of a curve studied."""
        return bool(self._levels["curves"].get(name, {}).get("beyond_studied_h"))


@cache
def card_of(entry: str) -> tuple[str, str] | None:
    """The address of a model card and its name for people, for an id with its kind."""
    kind, _, name = entry.partition("/")
    if kind not in library.kinds() or name not in library.ids(kind):
        return None
    found = library.load(kind, name)
    if isinstance(found, Loop):
        return card_address(kind, name), rival_label(found.rival)
    return card_address(kind, name), f"{_first_clause(found.title)} ({name})"


def cards_of(entries: Iterable[str]) -> list[tuple[str, str]]:
    """The cards of those entries that have one, each once."""
    return [card for entry in dict.fromkeys(entries) if (card := card_of(entry)) is not None]


def _first_clause(title: str) -> str:
    """A title up to its first comma or colon outside brackets."""
    depth = 0
    for place, letter in enumerate(title):
        depth += (letter == "(") - (letter == ")")
        if letter in ",:" and depth == 0:
            return title[:place]
    return title


def _band_of(curve: Any) -> Mapping[str, Any] | None:
    """A band, also where only shares were sent."""
    return curve if curve is None or isinstance(curve, Mapping) else {"p50": curve}


def _mixed(bands: Sequence[Mapping[str, Any] | None]) -> dict[str, Any] | None:
    """Several explanations that count the same: the mean of their means, without a band.

    The median of one person under four explanations is none of the four courses; their mean is the expected one.
    """
    known = [band for band in bands if band is not None]
    if not known or len(known) < len(bands):
        return None
    return {"p50": list(np.mean([band.get("mean", band["p50"]) for band in known], axis=0))}


def _curve(name: str, unit: str, time_h: Array, band: Mapping[str, Any]) -> Curve:
    median = np.asarray(band["p50"], dtype=float)
    mean = np.asarray(band.get("mean", band["p50"]), dtype=float)
    ends: dict[str, Any] = {
        ours: np.asarray(band[theirs], dtype=float) for theirs, ours in _BANDS.items() if theirs in band
    }
    return Curve(name, name, unit, time_h, mean, median, **ends)


def _point(raw: Mapping[str, Any]) -> Point | None:
    if raw.get("mean") is None or raw.get("time_h") is None:
        return None
    arm = str(raw.get("arm") or "")
    return Point(
        time_h=float(raw["time_h"]),
        arm=arm,
        quantity=str(raw["quantity"]),
        mean=float(raw["mean"]),
        sem=raw.get("sem"),
        n=raw.get("n"),
        source=str(raw.get("source") or ""),
        label=str(raw.get("label") or ""),
        in_sample=bool(raw.get("in_sample", True)),
        comparator=any(word in arm.lower() for word in _PLACEBO_WORDS),
        simulated=None,
    )
