"""The command `summary`: the figures of results that an earlier run wrote."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from energyscope.atomic import whole_file
from energyscope.cli.outputs import show_diagnostics
from energyscope.language.diagnostics import EnergyscopeError
from energyscope.result import Result
from energyscope.result_summary import spoken

WRONG_INPUT = 1


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
    """Print a table for each section of the summary."""
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
