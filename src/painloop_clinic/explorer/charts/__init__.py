"""The charts of the explorer: levels, block, pain, side effects and responders, of one regimen or of up to four."""

from painloop_clinic.explorer.charts.all import charts_of

__all__ = ["charts_of"]
