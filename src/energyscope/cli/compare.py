"""The commands `compare` and `export-mathprog`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from json import dumps
from pathlib import Path

from rich.console import Console
from rich.table import Table

from energyscope.atomic import whole_file
from energyscope.backends.base import ProgressCallback
from energyscope.backends.mathprog import mathprog
from energyscope.cli.exits import Exit, code_of, told
from energyscope.cli.outputs import show_diagnostics
from energyscope.cli.screen import shown_progress
from energyscope.compare import ParityReport, compare
from energyscope.compare.report import FamilySizes, RouteReport
from energyscope.energyscope import Energyscope
from energyscope.language.diagnostics import EnergyscopeError
from energyscope.models import Model
from energyscope.twins import Twin, misnamed

SHOWN_DIFFERENCES = 12
"""Variables whose values differ that the table shows; the JSON has all."""
WIDTH = 120
"""Characters of a line that does not go to a terminal."""


@dataclass(frozen=True)
class Comparison:
    """What is to be compared, and how."""

    model: Callable[[], Model]
    routes: str
    tolerance: float
    relax: bool = False
    time_limit: float | None = None
    objective: str | None = None

    def report(self, progress: ProgressCallback) -> ParityReport:
        """Run the routes; of twins the names have to agree as well."""
        model = self.model()
        found = compare(
            model,
            self.routes,
            self.tolerance,
            progress=progress,
            relax=self.relax,
            time_limit=self.time_limit,
            objective=self.objective,
        )
        if not isinstance(model, Twin):
            return found
        return replace(found, failures=(*found.failures, *misnamed(found)))


def perform_compare(comparison: Comparison, json: str | None, sizes: bool = False) -> Exit:
    """Compare the routes, show the table, write the JSON; FAILED beyond the tolerance."""
    try:
        with shown_progress() as progress:
            report = comparison.report(progress)
        if json is not None:
            _write(report, json)
    except (EnergyscopeError, OSError) as failure:
        return _failed(failure)
    console = Console(stderr=json == "-", highlight=False)
    wide = console if console.is_terminal else Console(stderr=json == "-", highlight=False, width=WIDTH)
    show_report(report, wide, sizes=sizes)
    return Exit.DONE if report.passed else Exit.FAILED


def perform_export(model: Callable[[], Model], objective: str | None, out: Path, data: Path | None = None) -> Exit:
    """Write the MathProg text of a model, the data into a file of their own where one is named."""
    try:
        with shown_progress() as progress:
            mathprog(Energyscope(model(), progress=progress).translate(objective)).write(out, data)
    except (EnergyscopeError, OSError) as failure:
        return _failed(failure)
    return Exit.DONE


def _failed(failure: EnergyscopeError | OSError) -> Exit:
    show_diagnostics(told(failure))
    return code_of(failure)


def _write(report: ParityReport, target: str) -> None:
    text = dumps(report.to_json(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if target == "-":
        sys.stdout.write(text)
        return
    with whole_file(Path(target)) as part:
        part.write_text(text, encoding="utf-8")


def show_report(report: ParityReport, console: Console, *, sizes: bool = False) -> None:
    """Print what a comparison found; with `sizes` also those on which all routes agree."""
    console.print(_routes(report))
    if any(not each.reason for each in report.matrices):
        console.print(_matrices(report))
    if any(not each.reason for each in report.cross):
        console.print(_cross(report))
    _show_sizes(report, console, sizes)
    if report.differences:
        console.print(_differences(report))
    for note in report.missing:
        console.print(f"missing evidence: {note}", markup=False, soft_wrap=True)
    for failure in report.failures:
        console.print(f"failed: {failure}", markup=False, soft_wrap=True)
    console.print(f"{report.model}: {report.verdict} (tolerance {report.tolerance:g})", markup=False)


def _show_sizes(report: ParityReport, console: Console, everything: bool) -> None:
    """The families whose sizes differ, and in a line how many do not."""
    if sum(route.rows is not None for route in report.routes) < 2:
        return
    shown = [family for family in report.families if everything or not family.agree]
    if shown:
        console.print(_sizes(shown))
    equal = [family.kind for family in report.families if family.agree]
    if equal:
        counts = f"{equal.count('constraint')} constraint families and {equal.count('variable')} variables"
        console.print(f"Sizes: {counts} are equal on all routes", markup=False)


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
    idle = any(route.reason for route in report.routes)
    if idle:
        table.add_column("because", overflow="fold")
    for route in report.routes:
        because = (_in_short(route.reason),) if idle else ()
        table.add_row(
            route.name,
            route.solver or "-",
            _ending(route),
            _figure(route.objective, ".12g"),
            _figure(route.relative_difference, ".1e"),
            _figure(route.rows, ","),
            _figure(route.columns, ","),
            _figure(route.nonzeros, ","),
            _figure(route.seconds, ".1f"),
            *because,
        )
    return table


def _ending(route: RouteReport) -> str:
    return route.status or {"matrix": "matrix only", "none": "not run"}[route.evidence]


def _in_short(reason: str) -> str:
    """A reason without what to do about it, which stands below the table."""
    return reason.partition(": ")[0]


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
        if each.reason:
            continue
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
    title = "Sizes: rows (nonzeros) of constraints, columns in use of variables"
    table = _table(title, ("", "name"), (*families[0].counts, "equal"))
    for family in families:
        counts = [
            _figure(count, ",") + (f" ({family.nonzeros[route]:,})" if family.nonzeros[route] is not None else "")
            for route, count in family.counts.items()
        ]
        table.add_row(family.kind, family.name, *counts, "yes" if family.agree else "no")
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
    if value is None:
        return "-"
    return "0" if value == 0 else format(value, form)
