"""The engine: a pure function from site, run and time series to the dispatch that makes the bill smallest.

It reads no clock, file, network or environment, and has no state: the same arguments give the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import pandas as pd

from energyscope.backends.base import ProgressCallback
from energyscope.families.btm.accounts.metrics import metrics
from energyscope.families.btm.config.contradictions import require_consistent
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.dispatch import Dispatch
from energyscope.families.btm.program.inputs_of import inputs_of
from energyscope.families.btm.refusals import refuse
from energyscope.families.btm.series.timeseries import check_frame
from energyscope.families.btm.solving.dispatch_of import dispatch_of
from energyscope.families.btm.solving.solve import solve
from energyscope.families.btm.solving.solved import Solved

Metrics: TypeAlias = dict[str, Any]
"""The tree of metrics.json."""
SolveStats: TypeAlias = dict[str, Any]
"""The tree of solve_stats.json but for the timings, which only a runner can take."""


def optimise(
    site: SiteConfig,
    run: RunConfig,
    frame: pd.DataFrame,
    *,
    runner: str = "backtest",
    progress: ProgressCallback | None = None,
) -> tuple[Dispatch, Metrics, SolveStats]:
    """The dispatch of least cost with perfect foresight, what it was worth, and how it was found.

    `frame` is a time series as in timeseries.parquet (kW, GBP/kWh; index or column `timestamp`, UTC starts of steps).
    Raises BtmError for fields that contradict each other (BTM104), data that do not fit (BTM2xx), a site that cannot be
    served (BTM301), a limit reached (BTM303) and, since every pound is computed twice, where bill and objective
    disagree (BTM401).
    """
    dispatch, told, solved = optimum(site, run, frame, runner=runner, progress=progress)
    return dispatch, told, solved.stats


def optimum(
    site: SiteConfig,
    run: RunConfig,
    frame: pd.DataFrame,
    *,
    runner: str = "backtest",
    progress: ProgressCallback | None = None,
    start: Solved | None = None,
) -> tuple[Dispatch, Metrics, Solved]:
    """The same with the whole answer of the solver; an earlier one for the same steps as `start` saves iterations."""
    require_consistent(site, run)
    checked = check_frame(site, run, frame)
    inputs = inputs_of(site, run, checked.frame)
    solved = solve(inputs, run, progress=progress, start=start)
    dispatch = dispatch_of(inputs, solved, checked.frame)
    told = metrics(
        site,
        run,
        checked.frame,
        dispatch,
        objective_gbp=solved.objective_gbp,
        exclusivity=solved.exclusivity,
        runner=runner,
    )
    require_checks(told)
    return dispatch, told, solved


def require_checks(told: Mapping[str, Any]) -> None:
    """Raises BtmError BTM401 unless bill, balance and state of charge of a dispatch are right."""
    checks = told["checks"]
    if checks["passed"]:
        return
    figures = ", ".join(f"{name} {value:.3g}" for name, value in checks.items() if isinstance(value, float))
    message = f"the dispatch fails its checks: objective {told['objective_gbp']:.9g} GBP, {figures}"
    raise refuse("BTM401", message, "nothing was written; please report this bundle")
