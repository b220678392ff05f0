"""What a run leaves on the screen when it is over."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table

from energyscope.cli.record import Record
from energyscope.language.diagnostics import MAX_SHOWN, Diagnostic

if TYPE_CHECKING:
    from energyscope.backends.infeasibility import Conflict, Explanation


def show_diagnostics(diagnostics: Iterable[Diagnostic]) -> None:
    """Print diagnostics on standard error, as many as one can take in."""
    listed = list(diagnostics)
    for diagnostic in listed[:MAX_SHOWN]:
        typer.echo(diagnostic.render(), err=True)
    if len(listed) > MAX_SHOWN:
        typer.echo(f"… and {len(listed) - MAX_SHOWN} more", err=True)


def show_summary(record: Record, written: Iterable[str], to_stdout: bool) -> None:
    """Print the table of a run: status, objective, sizes, time, and where the results are."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    table.add_row("status", record.status)
    if record.objective is not None:
        proven = record.status == "optimal"
        value = f"{record.objective:.10g}"
        table.add_row(record.objective_name or "objective", value if proven else f"{value}, not proven optimal")
        if not proven and record.bound is not None:
            table.add_row("bound", f"{record.bound:.10g}")
    for label, text in _size_rows(record):
        table.add_row(label, text)
    if record.relaxed:
        table.add_row("integers", "taken as continuous (--relax)")
    if record.solver:
        table.add_row("solver", record.solver)
    table.add_row("time", _times(record))
    for path in written:
        table.add_row("written", path)
    _console(to_stdout).print(table)


def show_explanation(explanation: Explanation, to_stdout: bool) -> None:
    """Print the constraint families in conflict."""
    console = _console(to_stdout)
    if not explanation.conflicts:
        console.print("The model has a feasible point: no constraints are in conflict.")
        return
    table = Table("constraint", box=None, pad_edge=False)
    for heading in ("rows violated", "by in total", "at most"):
        table.add_column(heading, justify="right")
    table.add_column("most in", overflow="fold")
    for each in explanation.conflicts:
        if each.violated:
            table.add_row(each.family, f"{each.violated:,}", f"{each.total:.6g}", f"{each.largest:.6g}", each.example)
    console.print("The smallest violations that would let everything else hold:")
    console.print(table)
    console.print(_contradiction(explanation), markup=False, soft_wrap=True)


def _contradiction(explanation: Explanation) -> str:
    """The rows that contradict each other, or the families of all that are involved where they are too many."""
    named = explanation.contradiction
    if not named:
        return f"Involved, violated or not: {', '.join(_involved(each) for each in explanation.conflicts)}"
    more = f", and {len(named) - MAX_SHOWN} more" if len(named) > MAX_SHOWN else ""
    return f"These contradict each other, none can be left out: {', '.join(named[:MAX_SHOWN])}{more}"


def _involved(conflict: Conflict) -> str:
    name = conflict.family if conflict.kind == "constraint" else f"bounds of {conflict.family}"
    return f"{name} ({conflict.involved:,})"


def _console(to_stdout: bool) -> Console:
    return Console(file=sys.stdout if to_stdout else sys.stderr, highlight=False)


def _size_rows(record: Record) -> list[tuple[str, str]]:
    sizes = record.sizes
    if not sizes:
        return []
    rows, columns = f"{sizes['rows']:,}", f"{sizes['columns']:,}"
    if sizes["constant_rows"]:
        rows += f" (and {sizes['constant_rows']:,} constant)"
    if sizes["integers"]:
        columns += f" ({sizes['integers']:,} integer)"
    if sizes["unused_columns"]:
        columns += f" (and {sizes['unused_columns']:,} unused)"
    return [("rows", rows), ("columns", columns), ("nonzeros", f"{sizes['nonzeros']:,}")]


def _times(record: Record) -> str:
    total = record.timings.get("total", 0.0)
    parts = [
        f"{stage} {seconds:.1f}" for stage, seconds in record.timings.items() if stage != "total" and seconds >= 0.05
    ]
    return f"{total:.1f} s" + (f" ({', '.join(parts)})" if parts else "")
