"""The commands `compare` and `export-mathprog`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from json import dumps
from pathlib import Path

from rich.console import Console
from rich.table import Table

from energyscope.atomic import whole_file
from energyscope.backends.base import BackendError
from energyscope.backends.mathprog import mathprog
from energyscope.cli.outputs import show_diagnostics
from energyscope.cli.run import USAGE_CODES, Exit
from energyscope.cli.screen import shown_progress
from energyscope.compare import ParityReport, compare
from energyscope.compare.report import FamilySizes
from energyscope.energyscope import Energyscope
from energyscope.language.diagnostics import Diagnostic, EnergyscopeError, ModelError
from energyscope.models import Model

SHOWN_DIFFERENCES = 12
"""Variables whose values differ that the table shows; the JSON has all."""
WIDTH = 120
"""Characters of a line that does not go to a terminal."""


def perform_compare(model: Callable[[], Model], routes: Iterable[str], tolerance: float, json: str | None) -> Exit:
    """Compare the routes, show the table, write the JSON; FAILED beyond the tolerance."""
    names = [name.strip() for name in routes if name.strip()]
    try:
        with shown_progress() as progress:
            report = compare(model(), names, tolerance, progress=progress)
        if json is not None:
            _write(report, json)
    except (EnergyscopeError, OSError) as failure:
        return _failed(failure)
    console = Console(stderr=json == "-", highlight=False)
    show_report(report, console if console.is_terminal else Console(stderr=json == "-", highlight=False, width=WIDTH))
    return Exit.DONE if report.passed else Exit.FAILED


def perform_export(model: Callable[[], Model], objective: str | None, out: Path) -> Exit:
    """Write the MathProg text of a model."""
    try:
        with shown_progress() as progress:
            mathprog(Energyscope(model(), progress=progress).translate(objective)).write(out)
    except (EnergyscopeError, OSError) as failure:
        return _failed(failure)
    return Exit.DONE


def _failed(failure: EnergyscopeError | OSError) -> Exit:
    if isinstance(failure, OSError):
        where = f"`{failure.filename}`" if failure.filename else "a file"
        message = f"{where} cannot be written: {failure.strerror or failure}"
        show_diagnostics([Diagnostic("file", "error", None, message, "check the folder and its permissions")])
        return Exit.FAILED
    show_diagnostics(failure.diagnostics)
    if isinstance(failure, BackendError):
        return Exit.USAGE if failure.diagnostics[0].code in USAGE_CODES else Exit.FAILED
    return Exit.INPUT if isinstance(failure, ModelError) else Exit.FAILED


def _write(report: ParityReport, target: str) -> None:
    text = dumps(report.to_json(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if target == "-":
        sys.stdout.write(text)
        return
    with whole_file(Path(target)) as part:
        part.write_text(text, encoding="utf-8")


def show_report(report: ParityReport, console: Console) -> None:
    """Print what a comparison found."""
    console.print(_routes(report))
    if report.matrices:
        console.print(_matrices(report))
    if report.cross:
        console.print(_cross(report))
    uneven = [family for family in report.families if not family.agree]
    if uneven:
        console.print(_sizes(uneven))
    if report.differences:
        console.print(_differences(report))
    for note in report.missing:
        console.print(f"not looked at: {note}", markup=False, soft_wrap=True)
    for failure in report.failures:
        console.print(f"beyond the tolerance: {failure}", markup=False, soft_wrap=True)
    verdict = "agree" if report.passed else "do not agree"
    console.print(f"{report.model}: the routes {verdict} (tolerance {report.tolerance:g})", markup=False)


def _table(title: str, texts: tuple[str, ...], figures: tuple[str, ...]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for heading in texts:
        table.add_column(heading, overflow="fold")
    for heading in figures:
        table.add_column(heading, justify="right")
    return table


def _routes(report: ParityReport) -> Table:
    figures = ("objective", "difference", "rows", "columns", "nonzeros", "s")
    table = _table("", ("route", "solver", "status"), figures)
    for route in report.routes:
        table.add_row(
            route.name,
            route.solver or "-",
            route.status or {"matrix": "matrix only", "none": "not run"}[route.evidence],
            _figure(route.objective, ".12g"),
            _figure(route.relative_difference, ".1e"),
            _figure(route.rows, ","),
            _figure(route.columns, ","),
            _figure(route.nonzeros, ","),
            _figure(route.seconds, ".1f"),
        )
    return table


def _matrices(report: ParityReport) -> Table:
    table = _table(
        "Figures by name: largest relative difference",
        ("of", "and"),
        ("rows", "missing", "coefficients", "sides", "bounds", "costs"),
    )
    for each in report.matrices:
        if each.reason:
            continue
        extremes = (each.coefficients, each.sides, each.bounds, each.costs)
        largest = [_figure(None if extreme is None else extreme.largest, ".1e") for extreme in extremes]
        table.add_row(each.first, each.second, _figure(each.rows, ","), _figure(each.missing_count, ","), *largest)
    return table


def _cross(report: ParityReport) -> Table:
    figures = ("violation", "relative", "objective there", "difference")
    table = _table("Each answer in each other program", ("answer of", "program of"), figures)
    for each in report.cross:
        table.add_row(
            each.answer,
            each.program,
            _figure(each.violation, ".1e"),
            _figure(each.relative_violation, ".1e"),
            _figure(each.objective, ".12g"),
            _figure(each.relative_difference, ".1e"),
        )
    return table


def _sizes(families: list[FamilySizes]) -> Table:
    table = _table("Sizes that differ", ("", "name"), tuple(families[0].counts))
    for family in families:
        counts = [
            _figure(count, ",") + (f" ({family.nonzeros[route]:,})" if family.nonzeros[route] is not None else "")
            for route, count in family.counts.items()
        ]
        table.add_row(family.kind, family.name, *counts)
    return table


def _differences(report: ParityReport) -> Table:
    title = "Values that differ the most, by variable (it does not matter where both are feasible at one objective)"
    table = _table(title, ("where", "routes"), ("first", "second", "matters"))
    for each in report.differences[:SHOWN_DIFFERENCES]:
        pair = f"{each.first}, {each.second}"
        matters = "yes" if each.matters else "no"
        table.add_row(each.where, pair, f"{each.first_value:.6g}", f"{each.second_value:.6g}", matters)
    if len(report.differences) > SHOWN_DIFFERENCES:
        table.add_row(f"… and {len(report.differences) - SHOWN_DIFFERENCES} more in the JSON")
    return table


def _figure(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)
