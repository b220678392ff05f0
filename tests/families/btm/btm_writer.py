"""A bundle with two possible outcomes, and a process that writes them: what the tests of outputs and faults kill.

The outcomes need no solver: the passive site, and the same with one kW more in and out of the grid in every step.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from energyscope.families.btm import columns
from energyscope.families.btm.accounts.baseline import baseline
from energyscope.families.btm.accounts.bill import bill
from energyscope.families.btm.accounts.metrics import metrics
from energyscope.families.btm.bundles.bundle import hash_files
from energyscope.families.btm.bundles.outputs import write_outputs
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.dispatch import Dispatch
from energyscope.families.btm.refusals import BtmError
from energyscope.families.btm.series.timeseries import check_frame

SITE = {"schema_version": 1, "site_id": "writer", "timezone": "Europe/London"}
RUN = {
    "schema_version": 1,
    "tariff": {
        "fixed_charges": [{"name": "standing", "rate_gbp_per_day": 1.5}],
        "demand_charges": [{"name": "peak", "rate_gbp_per_kw": 2.0}],
    },
}
STATS: dict[str, Any] = {
    "schema_version": 1,
    "status": "optimal",
    "solver": {"name": "highs", "version": "1", "options": {}},
    "backend": "linopy",
    "model": {"rows": 1, "columns": 1, "nonzeros": 1, "binaries": 0},
    "rounds": 1,
    "mip_gap": 0.0,
    "iterations": 0,
    "max_primal_infeasibility": 0.0,
    "max_dual_infeasibility": 0.0,
    "timings_s": {"solve": 0.1},
}
PAIRS = ((columns.GRID_IMPORT, columns.GRID_EXPORT), (columns.CHARGE, columns.DISCHARGE))
STEPS = 4 * 96
COMMAND = "gridq backtest"
OUTPUTS = ("dispatch.parquet", "metrics.json", "solve_stats.json", "bundle_metadata.json")
INPUTS = ("site_config.yaml", "run_config.yaml", "timeseries.parquet")
EXACT = ("dispatch.parquet", "metrics.json", "bundle_metadata.json")
"""Outputs whose bytes depend on the outcome alone; the statistics have timings."""


def write_inputs(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, tree in (("site_config.yaml", SITE), ("run_config.yaml", RUN)):
        with (folder / name).open("w") as file:
            YAML().dump(tree, file)
    index = pd.date_range("2025-06-01", periods=STEPS, freq="15min", tz="UTC", name="timestamp")
    wave = np.sin(np.arange(STEPS) / 15)
    series = {
        columns.LOAD: 40 + 10 * wave,
        columns.PV: np.maximum(0, 60 * wave),
        columns.IMPORT_PRICE: 0.3 + 0.1 * wave,
        columns.EXPORT_PRICE: 0.05,
    }
    pd.DataFrame(series, index=index).to_parquet(folder / "timeseries.parquet")
    return folder


def outcome(folder: Path, which: str) -> tuple[Dispatch, dict[str, Any], dict[str, Any]]:
    site, run = SiteConfig.model_validate(SITE), RunConfig.model_validate(RUN)
    frame = check_frame(site, run, pd.read_parquet(folder / "timeseries.parquet")).frame
    passive = baseline(site, run, frame)
    more = {name: passive.flows[name] + (which == "new") for name in (columns.GRID_IMPORT, columns.GRID_EXPORT)}
    dispatch = Dispatch(passive.flows.assign(**more), frame)
    cost = bill(site, run, dispatch).total_gbp
    both = max(np.minimum(dispatch.flow(one), dispatch.flow(other)).max() for one, other in PAIRS)
    exclusivity = {
        "mode": "auto",
        "status": "violated" if both > 0 else "lp_exact",
        "rounds": 1,
        "binaries": 0,
        "max_simultaneous_kw": both,
        "relaxation_objective_gbp": cost,
    }
    tree = metrics(site, run, frame, dispatch, objective_gbp=cost, exclusivity=exclusivity, runner="backtest")
    return dispatch, tree, {**STATS, "objective_gbp": cost, "dual_bound_gbp": cost}


def write(folder: Path, which: str, out: Path | None = None, **options: Any) -> None:
    given = {"inputs": hash_files(folder, INPUTS), "command": COMMAND, **options}
    write_outputs(out or folder, *outcome(folder, which), **given)


def serve(folder: Path) -> None:
    """For every line on standard input fork a child that does what the line says; tell its process and how it ended."""
    prepared = {which: outcome(folder, which) for which in ("old", "new")}
    given = {"inputs": hash_files(folder, INPUTS), "command": COMMAND}
    write_outputs(folder, *prepared["old"], **given)  # all imports are done: children start at once, and need no rights
    _tell(os.getpid())
    for line in sys.stdin:
        action, _, argument = line.strip().partition(" ")
        child = os.fork()
        if child == 0:
            with _ended():
                _act(folder, prepared, given, action, argument)
        _tell(child)
        _tell(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


@contextmanager
def _ended() -> Iterator[None]:
    """End the child here: 0, or the number in the code that it was refused with."""
    try:
        yield
    except BtmError as refused:
        os._exit(int(refused.diagnostics[0].code.removeprefix("BTM")) % 256)
    os._exit(0)


def _act(folder: Path, prepared: dict[str, Any], given: dict[str, Any], action: str, argument: str) -> None:
    if action == "forever":
        while True:
            for which in ("new", "old"):
                write_outputs(folder, *prepared[which], **given)
    if action == "killed":
        _kill_at(int(argument))
    if action == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(argument), resource.RLIM_INFINITY))
    if action == "unprivileged" and os.geteuid() == 0:
        os.setuid(65534)
    write_outputs(folder, *prepared["new"], **given)


def _kill_at(event: int) -> None:
    """Kill this process, as by kill -9, before its n-th access to the file system."""
    left = [event]

    def watch(name: str, _: object) -> None:
        if name in {"open", "os.rename", "os.remove", "os.mkdir", "os.scandir", "os.listdir"}:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(Path(sys.argv[2]))
    else:
        write(Path(sys.argv[2]), sys.argv[1], Path(sys.argv[3]))
