"""Figures, tables and pages made from simulation results.

Reads results, computes no science and fetches nothing. matplotlib, jinja2 and rich are imported when something is
drawn, so that importing painloop stays quick.
"""

from __future__ import annotations

from painloop.report.curves import Curve as Curve
from painloop.report.curves import Reportable as Reportable
from painloop.report.curves import concentrations as concentrations
from painloop.report.export import check_output as check_output
from painloop.report.export import write_dataset as write_dataset
from painloop.report.page import check_page as check_page
from painloop.report.page import write_comparison as write_comparison
from painloop.report.page import write_report as write_report
from painloop.report.plot import check_picture as check_picture
from painloop.report.plot import exposure_plot as exposure_plot
from painloop.report.plot import pain_plot as pain_plot
from painloop.report.tables import comparison_table as comparison_table
from painloop.report.tables import exposure_table as exposure_table
from painloop.report.tables import simulate_tables as simulate_tables
from painloop.report.trial_page import trial_plot as trial_plot
from painloop.report.trial_page import write_trial_report as write_trial_report
from painloop.report.trial_terminal import trial_tables as trial_tables
