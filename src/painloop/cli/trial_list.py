"""``painloop trial --list``: the trials of the library, which of them can be run, and what is left out."""

from __future__ import annotations

import click


def list_trials(as_json: bool) -> None:
    """Every trial of the library with whether it can be run, and the studies that were left out."""
    from painloop.library.left_out import trials_left_out
    from painloop.trial.catalogue import catalogue

    found, missing = catalogue(), trials_left_out()
    if as_json:
        import json
        from dataclasses import asdict

        whole = {"trials": [asdict(one) for one in found], "left_out": [asdict(one) for one in missing]}
        click.echo(json.dumps(whole, ensure_ascii=False, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(
        "Trial", "Condition", "Design", "n", "Arms", "Runs", "Tested", title="Trials of the library"
    )
    table.columns[0].no_wrap = True
    for one in found:
        runs = "no" if not one.runs else "in part" if one.reason else "yes"
        tested = "yes" if one.tested else "no"
        table.add_row(one.id, one.condition, one.design, one.n, str(one.arms), runs, tested)
    console.print(table)
    for title, rows in (
        ("Cannot be run, or only in part", [(one.id, one.reason) for one in found if one.reason]),
        ("Left out of the library", [(study.title, study.reason) for study in missing]),
    ):
        reasons = Table("Study", "Why", title=title)
        for row in rows:
            reasons.add_row(*row)
        console.print(reasons)
