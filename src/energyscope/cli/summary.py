"""The command `summary`: the figures of results that an earlier run wrote."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from energyscope.atomic import whole_file
from energyscope.cli.outputs import show_diagnostics
from energyscope.language.diagnostics import EnergyscopeError
from energyscope.result import Result
from energyscope.result_summary import spoken

WRONG_INPUT = 1
RESIDUALS = {
    "gap (relative)": "relative_gap",
    "gap of integers": "mip_gap",
    "rows violated by": "relative_row_violation",
    "bounds violated by": "relative_bound_violation",
    "duals violated by": "dual_infeasibility",
}
"""Figures of the certificate that are shown, relative to the terms they come from, and their names in the stats."""


def summarise(place: Path, target: str | None) -> int:
    """Print the summary of a folder or NetCDF file, write it as JSON where asked, and give the exit code."""
    try:
        result = Result.read(place)
    except EnergyscopeError as failure:
        show_diagnostics(failure.diagnostics)
        return WRONG_INPUT
    if target is not None:
        _write_json(result, target)
    if target != "-":
        show_result(result, Console(file=sys.stdout, highlight=False))
    return 0


def show_result(result: Result, console: Console) -> None:
    """Print how each run was solved, and a table for each section of the summary."""
    console.print(_solves(result))
    figures = result.summary()
    values = list(figures.columns.drop("unit"))
    for section, part in figures.groupby(level="section", sort=False):
        table = Table(title=str(section), title_justify="left", title_style="bold", box=None, pad_edge=False)
        table.show_header = len(values) > 1
        table.add_column("", min_width=24)
        for value in values:
            table.add_column(value, justify="right", min_width=12)
        table.add_column("")
        for (_, item), row in part.iterrows():
            table.add_row(str(item), *(spoken(row[value]) for value in values), row["unit"])
        console.print(table)


def _solves(result: Result) -> Table:
    """Model, solver, passes and certificate, a column for each run; what a result does not hold is left out."""
    columns = [_solve(run.stats) for run in result.runs]
    table = Table(title="solve", title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.show_header = len(columns) > 1
    table.add_column("", min_width=24)
    for run in result.runs:
        table.add_column(f"run {run.number}", overflow="fold")
    for item in dict.fromkeys(item for column in columns for item in column):
        table.add_row(item, *(column.get(item, "") for column in columns))
    return table


def _solve(stats: Mapping[str, Any]) -> dict[str, str]:
    named = [stats.get("solver", ""), stats.get("solver_version", "")]
    residuals = {title: stats.get("residuals", {}).get(name) for title, name in RESIDUALS.items()}
    told = {
        "model": stats.get("model", ""),
        "backend": stats.get("backend", ""),
        "solver": " ".join(filter(None, named)),
        "message": stats.get("message", ""),
        "passes": ", ".join(stats.get("passes", ())) or "none",
        **{title: f"{value:.1e}" for title, value in residuals.items() if value is not None},
        "computed with": ", ".join(f"{name} {number}" for name, number in stats.get("versions", {}).items()),
    }
    return {item: text for item, text in told.items() if text}


def _write_json(result: Result, target: str) -> None:
    """A list of runs and a list of figures; the values of several runs are keyed by `run 0`, `run 1`, ..."""
    figures = result.summary().reset_index()
    content = {"runs": [run.to_json() for run in result.runs], "summary": figures.to_dict("records")}
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if target == "-":
        typer.echo(text, nl=False)
        return
    with whole_file(target) as part:
        part.write_text(text, encoding="utf-8")
