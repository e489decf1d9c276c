"""What all tests share: no window opens, and property tests give the same answer on a slow machine."""

from __future__ import annotations

import os

os.environ.setdefault("MPLBACKEND", "Agg")

from hypothesis import HealthCheck, settings

settings.register_profile("painloop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("painloop")
