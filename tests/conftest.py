"""What all tests share: no window opens, and property tests try the same examples on every machine, however slow.

``pytest --hypothesis-profile=others`` tries others each time.
"""

from __future__ import annotations

import os

os.environ.setdefault("MPLBACKEND", "Agg")

from hypothesis import HealthCheck, settings

LAX = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("painloop", LAX, derandomize=True, database=None)
settings.register_profile("others", LAX, max_examples=500)
settings.load_profile("painloop")
