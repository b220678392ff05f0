"""The command `scenarios`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
from rich.console import Console
from rich.text import Text

from energyscope.backends.base import Progress, ProgressCallback
from energyscope.cli.btm.asked import Manner, Parallel, Run
from energyscope.cli.btm.fingerprint import fingerprint
from energyscope.cli.btm.parallel import place_of
from energyscope.cli.btm.run import Done, gravest, perform
from energyscope.cli.btm.running import amendment
from energyscope.cli.btm.showing import NO_FIGURE, figure, money, percent, table
from energyscope.cli.exits import Exit
from energyscope.families.btm.bundles.bundle import load_bundle
from energyscope.families.btm.bundles.folder import SCENARIOS, Folder
from energyscope.families.btm.bundles.hashes import FileHash, file_hash
from energyscope.families.btm.bundles.immutable import refuse_other_bundle
from energyscope.families.btm.config.reading import read_scenarios
from energyscope.families.btm.refusals import refuse
from energyscope.families.btm.runners.scenario_files import CSV, PARQUET, require_unchanged, write_scenarios
from energyscope.families.btm.runners.scenarios import ScenarioResults, run_scenarios, scenarios_of
from energyscope.language.diagnostics import Diagnostic

SHOWN_ROWS = 40
"""Scenarios that the screen shows; the files have all."""


def perform_scenarios(run: Run, grid: str | None, parallel: Parallel, manner: Manner) -> Exit:
    """Run a grid of tariffs and batteries, and write its table."""

    def work(progress: ProgressCallback) -> Done:
        progress(Progress("read", 0.0))
        refuse_other_bundle(Folder.of(run.target), Folder.of(run.bundle))
        bundle = load_bundle(run.bundle, amendment(run.overrides))
        place, hashed = _grid(run.bundle, grid)
        asked = read_scenarios(place)
        inputs, command = {**bundle.inputs, SCENARIOS: hashed}, run.words("scenarios")
        if not run.overwrite:
            require_unchanged(run.target, inputs=inputs, command=command)
        steps = len(bundle.frame) * len(scenarios_of(asked))
        progress(Progress("solve", 0.0))
        found = run_scenarios(bundle, asked, place_of(parallel, steps), progress)
        progress(Progress("write", 0.0))
        write_scenarios(run.target, found.table, inputs=inputs, command=command, overwrite=run.overwrite)
        return _scenarios_done(run, found, [*bundle.warnings, *found.warnings])

    return perform(manner, work, lambda: fingerprint(run.bundle))


def _grid(bundle: str, grid: str | None) -> tuple[str, FileHash]:
    """The file with the grid, and its fingerprint. Raises BtmError BTM001 where there is none to read."""
    folder, name = Folder.of(bundle), SCENARIOS
    if grid is not None:
        parent, _, name = grid.rpartition("/")
        folder = Folder.of(parent or ("/" if grid.startswith("/") else "."))
    help = "write one with `tariffs` and `batteries`, or name another file with --grid"
    if not folder.has(name):
        raise refuse("BTM001", f"`{grid or folder.shown(name)}` does not exist; it has the grid of scenarios", help)
    try:
        return grid or folder.shown(name), file_hash(folder.read(name))
    except OSError as failure:
        message = (
            f"`{grid or folder.shown(name)}` cannot be read: {failure.strerror or failure}; YAML is expected there"
        )
        raise refuse("BTM001", message, help) from failure


def _scenarios_done(run: Run, found: ScenarioResults, warnings: list[Diagnostic]) -> Done:
    rows = [_row(each) for each in found.table.to_dict("records")]
    best = {"best_npv": found.best_npv, "best_savings": found.best_savings}
    return Done(
        tree={"bundle": run.bundle, "out": run.target, "scenarios": rows, **best},
        show=lambda console: _scenarios_shown(console, rows, best, run.target),
        warnings=warnings,
        errors=found.errors,
        code=gravest(found.errors),
    )


def _row(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row of the table; figures that are not defined are None."""
    return {str(name): None if pd.isna(value) else value for name, value in row.items()}


def _scenarios_shown(
    console: Console, rows: list[dict[str, Any]], best: Mapping[str, dict[str, Any] | None], target: str
) -> None:
    shown = table(["tariff", "battery", "kWh", "kW", "bill GBP", "saved GBP", "NPV GBP", "IRR"], texts=2)
    for row in rows[:SHOWN_ROWS]:
        shown.add_row(*_scenario_cells(row))
    console.print(shown)
    if len(rows) > SHOWN_ROWS:
        console.print(f"… and {len(rows) - SHOWN_ROWS:,} more in {CSV}", markup=False)
    for name, first in best.items():
        if first is not None:
            title = name.replace("_", " ").replace("npv", "NPV")
            amount = money(first["npv_gbp" if name == "best_npv" else "savings_gbp"])
            console.print(f"{title}: {first['tariff']} with {first['battery']}, {amount} GBP", markup=False)
    console.print(f"written {CSV} and {PARQUET} to {target}", markup=False, soft_wrap=True)


def _scenario_cells(row: Mapping[str, Any]) -> Iterator[str | Text]:
    """One line; of a scenario that failed the code of its error, which the files have in full."""
    yield from (Text(row["tariff"]), Text(row["battery"]))
    if row["objective_gbp"] is None:
        yield from (NO_FIGURE,) * 5
        yield row["status"].partition(":")[0]
        return
    yield from (figure(row[name], ",.0f") for name in ("capacity_kwh", "max_discharge_kw"))
    yield from (money(row[name]) for name in ("bill_total_gbp", "savings_gbp", "npv_gbp"))
    yield percent(row["irr"])
