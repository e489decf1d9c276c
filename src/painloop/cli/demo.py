"""`painloop demo`: two published courses simulated beside what was published of them, and a finished report."""

from __future__ import annotations

import time
from pathlib import Path

import click

from painloop.errors import PainloopError

COURSES = ("sigtermans-2009", "noppers-2011")
"""100 h of S-ketamine in CRPS, where relief outlasted the drug, and 30 min in fibromyalgia, where nothing lasted."""
DAYS = 90.0
REPORT = "report.html"


@click.command(epilog="Example: painloop demo --out demo/ --patients 1000")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("demo"), show_default=True,
              metavar="FOLDER", help="Where the report goes; made if needed.")  # fmt: skip
@click.option("--patients", type=int, default=1000, show_default=True, help="Virtual patients in each arm.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same persons.")
def command(out: Path, patients: int, seed: int) -> None:
    """Simulate two published courses and write a finished report."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise PainloopError(
            f"The folder {str(out)!r} cannot be made ({problem.strerror}); choose another with --out."
        ) from problem
    from rich.console import Console

    from painloop.report import comparison_table, simulate_tables, write_comparison, write_dataset
    from painloop.simulation import simulate

    console, results = Console(), []
    for course in COURSES:
        began = time.perf_counter()
        console.print(
            f"Simulating {course}: {patients:,} patients and as many on placebo over {DAYS:g} days …"
        )
        result = simulate(course, patients=patients, days=DAYS, seed=seed, placebo=True)
        results.append(result)
        console.print(f"  {result.regimen_text}  ({time.perf_counter() - began:.1f} s)", highlight=False)
        for table in simulate_tables(result):
            console.print(table)
        write_dataset(result.dataset, out / f"{course}.csv")
    console.print(comparison_table([(r.condition["title"], r) for r in results]))
    unknowns = list(dict.fromkeys(sentence for result in results for sentence in result.unknowns))
    page = write_comparison(
        results, out / REPORT, title="Two published courses of ketamine", unknowns=unknowns
    )
    console.print(f"Report: {page}", highlight=False)
