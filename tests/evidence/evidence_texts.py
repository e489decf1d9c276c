"""Every text that a patient may read, with a name for it, and courses of each kind."""

from __future__ import annotations

from collections.abc import Iterator

from painloop import library
from painloop.evidence import claims, leaflet, leaflet_text, predictors, questions, trials

CONDITIONS = library.ids("conditions")
COURSES = {
    "hours": "ketamine 0.5 mg/kg iv over 40 min, daily for 5 days",
    "days": "sigtermans-2009",
    "nose": "esketamine 84 mg nasal, twice a week for 4 weeks",
}


def patient_texts() -> Iterator[tuple[str, str]]:
    """Names and texts: answers, verdicts in short, findings of studies, whole leaflets."""
    yield from ((f"question {one.id}", one.text) for one in questions())
    yield from ((f"claim {one.id}", f"{one.as_worded} {' '.join(one.not_known)}") for one in claims())
    yield from ((f"predictor {one.factor}", one.says) for one in predictors())
    yield from ((f"trial {one.id}", one.says) for one in trials())
    for condition in CONDITIONS:
        for name, course in COURSES.items():
            yield f"leaflet {condition} {name}", leaflet_text(leaflet(condition, course), with_sources=False)
