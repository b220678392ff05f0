"""What only the solver knows, as far as it is bound by the dispatch, the bill and the rest of what it told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from energyscope.families.btm import columns
from energyscope.families.btm.bundles.differences import differences
from energyscope.families.btm.config.schemas import SCHEMA_VERSION, RunConfig

Tree = Mapping[str, Any]
PAIRS = ((columns.CHARGE, columns.DISCHARGE), (columns.GRID_IMPORT, columns.GRID_EXPORT))
"""Flows of which one is 0 in every step of a dispatch that can be carried out."""
STATISTICS = frozenset(
    (
        "schema_version",
        "status",
        "solver",
        "backend",
        "model",
        "rounds",
        "objective_gbp",
        "dual_bound_gbp",
        "mip_gap",
        "iterations",
        "max_primal_infeasibility",
        "max_dual_infeasibility",
        "timings_s",
    )
)
"""What every solve_stats.json has; that of a rolling run has `windows`, too."""


def other_certificate(run: RunConfig, flows: pd.DataFrame, told: Tree, stats: Tree, coupled: bool) -> Iterator[str]:
    """Where `exclusivity` of metrics.json is not what dispatch, options and statistics make it.

    A rolling run has the certificates of plans, and sites behind common limits (`coupled`) have one together: what
    depends on all of them is then taken as told.
    """
    found: Tree = told["exclusivity"]
    expected = {**found, "mode": run.exclusivity.mode, "rounds": stats["rounds"]}
    if told["runner"] == "live":
        expected["relaxation_objective_gbp"] = None
        yield from differences(expected, found, "exclusivity")
        return
    if not coupled:
        expected["max_simultaneous_kw"] = max(
            float(np.minimum(flows[one].to_numpy(), flows[other].to_numpy()).max()) for one, other in PAIRS
        )
    expected["binaries"] = stats["model"]["binaries"]
    expected["status"] = _status(run.exclusivity.tolerance_kw, found["max_simultaneous_kw"], expected["binaries"])
    if not coupled and not expected["binaries"]:
        expected["relaxation_objective_gbp"] = told["objective_gbp"]
    yield from differences(expected, found, "exclusivity")


def _status(tolerance_kw: float, largest_kw: float, binaries: int) -> str:
    if largest_kw > tolerance_kw:
        return "violated"
    return "binaries" if binaries else "lp_exact"


def other_statistics(run: RunConfig, told: Tree, stats: Tree, coupled: bool) -> Iterator[str]:
    """Where solve_stats.json contradicts the metrics, the options of the command, or itself."""
    live = told["runner"] == "live"
    wanted = STATISTICS | ({"windows"} if live else set())
    yield from (f"`{name}` is missing" for name in sorted(wanted - set(stats)))
    yield from (f"`{name}` is nothing that a run writes" for name in sorted(set(stats) - wanted))
    expected = {
        **stats,
        "schema_version": SCHEMA_VERSION,
        "status": "optimal",
        "backend": run.backend,
        "objective_gbp": told["objective_gbp"],
    }
    if live:
        expected["rounds"] = sum(each["rounds"] for each in stats["windows"])
        yield from differences(told["rolling"]["windows"], len(stats["windows"]), "number of windows")
    if live or coupled:
        expected["dual_bound_gbp"] = None
    else:
        expected |= _proof(told["objective_gbp"], stats)
    yield from differences(expected, stats)
    yield from _negative(stats)


def _proof(objective: float, stats: Tree) -> dict[str, Any]:
    """Bound and gap: a linear program is its own proof."""
    if not stats["model"]["binaries"]:
        return {"dual_bound_gbp": objective, "mip_gap": 0.0}
    bound = stats["dual_bound_gbp"]
    return {"mip_gap": max(objective - bound, 0.0) / max(abs(objective), 1.0)}


def _negative(stats: Tree) -> Iterator[str]:
    """Counts, residuals and seconds are none below 0."""
    figures = {
        **{f"model.{name}": value for name, value in stats["model"].items()},
        **{f"timings_s.{name}": value for name, value in stats["timings_s"].items()},
        **{name: stats.get(name) for name in ("iterations", "max_primal_infeasibility", "max_dual_infeasibility")},
    }
    for name, value in figures.items():
        if value is not None and value < 0:
            yield f"`{name}` is {value}; expected at least 0"
