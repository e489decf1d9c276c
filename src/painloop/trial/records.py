"""Tables of virtual people, one row for each participant and period of a replicate."""

from __future__ import annotations

import importlib
import io
from typing import Any

import numpy as np

from painloop.trial.conducted import Conducted
from painloop.trial.rows import left_in

FORMATS = ("csv", "parquet")
"""How a table can be written; parquet needs pyarrow."""


def subjects(conducted: Conducted, first_only: bool = False) -> Any:
    """A pandas table of the people of a chunk.

    Columns: replicate, participant (from 1), period (from 1), rival, arm, sex, age_y, weight_kg, baseline (NRS),
    left_day, rescue_days, auc (NRS × days), one column of each side effect, and for each visit ``rated VISIT`` (as
    rated), ``kept VISIT`` (while on treatment) and, where opioids are followed, ``opioids VISIT`` (MME/d); empty where
    missing.

    Parameters
    ----------
    first_only : only the first replicate of the chunk.
    """
    pandas = importlib.import_module("pandas")
    replicates = 1 if first_only else conducted.replicates
    shape = (replicates, *conducted.arm.shape[1:])
    names = np.array(conducted.protocol.names)

    def flat(values: np.ndarray) -> np.ndarray:
        """(R, n) or (R, n, P) as one column."""
        wide = values[:replicates]
        return np.broadcast_to(wide[..., None] if wide.ndim == 2 else wide, shape).ravel()

    replicate, participant, period = (one.ravel() for one in np.indices(shape))
    columns: dict[str, np.ndarray] = {
        "replicate": replicate + conducted.first,
        "participant": participant + 1,
        "period": period + 1,
        "rival": conducted.rival[replicate].astype(str),
        "arm": names[flat(conducted.arm)],
        "sex": np.where(flat(conducted.female) > 0.5, "female", "male"),
        "age_y": flat(conducted.age_y),
        "weight_kg": flat(conducted.weight_kg),
        "baseline": flat(conducted.baseline),
        "left_day": np.where(flat(left_in(conducted)), flat(conducted.left_day), np.nan),
        "rescue_days": flat(conducted.rescue_days),
        "auc": flat(conducted.area),
    }
    columns |= {name: flat(had) for name, had in conducted.events.items()}
    for place, visit in enumerate(conducted.protocol.visits):
        columns[f"rated {visit.name}"] = flat(conducted.rating[..., place])
        columns[f"kept {visit.name}"] = flat(conducted.on_treatment[..., place])
        if conducted.mme is not None:
            columns[f"opioids {visit.name}"] = flat(conducted.mme[..., place])
    return pandas.DataFrame(columns)


def as_bytes(table: Any, form: str = "csv") -> bytes:
    """A table as the content of a file, csv or parquet; numbers of a csv have six digits."""
    if form == "csv":
        return bytes(table.to_csv(index=False, float_format="%.6g", lineterminator="\n").encode("utf-8"))
    sink = io.BytesIO()
    table.to_parquet(sink, index=False)
    return sink.getvalue()
