"""The command `live --now`: the next plan, as a table, as JSON, and as a file for whoever carries it out."""

from __future__ import annotations

import pandas as pd
from rich.console import Console

from energyscope.backends.base import Progress, ProgressCallback
from energyscope.cli.btm.asked import Manner, Run
from energyscope.cli.btm.fingerprint import fingerprint
from energyscope.cli.btm.run import Done, perform
from energyscope.cli.btm.running import amendment, choice_of
from energyscope.cli.btm.showing import table
from energyscope.cli.exits import Exit
from energyscope.families.btm import columns
from energyscope.families.btm.bundles.bundle import load_bundle
from energyscope.families.btm.bundles.folder import Folder
from energyscope.families.btm.bundles.immutable import refuse_other_bundle
from energyscope.families.btm.bundles.jsontext import json_bytes
from energyscope.families.btm.bundles.writing import write_files
from energyscope.families.btm.refusals import refuse
from energyscope.families.btm.runners.next_plan import NextPlan, next_plan

SHOWN = {
    columns.LOAD: "load",
    columns.PV: "PV",
    columns.IMPORT_PRICE: "GBP/kWh",
    columns.GRID_IMPORT: "import",
    columns.GRID_EXPORT: "export",
    columns.CHARGE: "charge",
    columns.DISCHARGE: "discharge",
    columns.SOC: "stored",
}
"""Columns of the table and their headings."""


def perform_plan(run: Run, now: str, manner: Manner) -> Exit:
    """Make the plan of an instant; with `--out` write it as a file."""

    def work(progress: ProgressCallback) -> Done:
        progress(Progress("read", 0.0))
        refuse_other_bundle(Folder.of(run.target), Folder.of(run.bundle))
        bundle = load_bundle(run.bundle, amendment(run.overrides))
        with choice_of(run):
            plan = next_plan(bundle, pd.Timestamp(now), progress)
        written = None if run.out is None else _written(run.out, plan, run.overwrite, progress)
        return Done(
            tree={"bundle": run.bundle, "file": written, "plan": plan.to_json()},
            show=lambda console: _shown(console, plan, written),
            warnings=bundle.warnings,
        )

    return perform(manner, work, lambda: fingerprint(run.bundle))


def _written(out: str, plan: NextPlan, overwrite: bool, progress: ProgressCallback) -> str:
    """Write `plan_20250604T0000Z.json`. Raises BtmError BTM003 where there is another plan of that instant, BTM004."""
    progress(Progress("write", 0.0))
    folder, name, data = Folder.of(out), f"plan_{plan.now:%Y%m%dT%H%MZ}.json", json_bytes(plan.to_json())
    if not overwrite and folder.has(name) and folder.read(name) != data:
        message = f"`{folder.shown(name)}` is another plan of this instant; expected none, or the same"
        raise refuse("BTM003", message, "keep it and choose another folder, or replace it with `--overwrite`")
    write_files(folder, {name: data})
    return folder.shown(name)


def _shown(console: Console, plan: NextPlan, written: str | None) -> None:
    """The steps that are to be carried out; what is planned behind them may still change."""
    kept = plan.table[plan.table.index < plan.kept_until]
    shown = table(["UTC", *SHOWN.values()])
    for instant, row in kept.iterrows():
        figures = (f"{row[name]:.4f}" if name == columns.IMPORT_PRICE else f"{row[name]:.1f}" for name in SHOWN)
        shown.add_row(f"{instant:%m-%d %H:%M}", *figures)
    title = f"plan of {plan.site_id} from {plan.now:%Y-%m-%d %H:%M} UTC, with {plan.soc_kwh:.1f} kWh stored"
    console.print(title, style="bold", markup=False, soft_wrap=True)
    console.print(shown)
    console.print("means over each step in kW, stored kWh at its end")
    ahead = len(plan.table) - len(kept)
    if ahead:
        last = plan.table.index[-1]
        console.print(f"… and {ahead:,} steps planned ahead, to that of {last:%Y-%m-%d %H:%M} UTC", markup=False)
    if written is not None:
        console.print(f"written {written}", markup=False, soft_wrap=True)
