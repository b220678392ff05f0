"""Several sites at once: each for itself, or behind one connection with limits in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import fsum
from typing import Any

import numpy as np

from energyscope.backends.base import ProgressCallback
from energyscope.families.btm import columns
from energyscope.families.btm.accounts.metrics import metrics
from energyscope.families.btm.bundles.bundle import Bundle
from energyscope.families.btm.config.schemas import SCHEMA_VERSION
from energyscope.families.btm.engine import require_checks
from energyscope.families.btm.program.inputs import Inputs
from energyscope.families.btm.program.inputs_of import inputs_of
from energyscope.families.btm.runners.parallel import Place, results
from energyscope.families.btm.runners.runners import RunOutcome, backtest, outcome_of, timed
from energyscope.families.btm.runners.sites import Portfolio
from energyscope.families.btm.runners.stopwatch import Stopwatch
from energyscope.families.btm.solving.dispatch_of import dispatch_of
from energyscope.families.btm.solving.solve import solve_shared
from energyscope.families.btm.solving.solved import SharedSolved, Solved
from energyscope.language.diagnostics import EnergyscopeError

PRICES = {"import_price_gbp": "shared_import", "export_price_gbp": "shared_export"}
"""What the limits in common cost, and the rows that say so."""


@dataclass(frozen=True, eq=False)
class PortfolioOutcome:
    """What came of a portfolio: the outcome of each site by its folder, and the tree of portfolio_metrics.json."""

    sites: Mapping[str, RunOutcome]
    metrics: dict[str, Any]


def run_portfolio(
    portfolio: Portfolio, place: Place | None = None, progress: ProgressCallback | None = None
) -> PortfolioOutcome:
    """Backtest all sites, and where they share limits all of them again in one program.

    `place` says where single sites are run, on which nothing else depends. Raises BtmError.
    """
    names = list(portfolio.bundles)
    alone = dict(zip(names, results(_alone, portfolio, names, place or Place(), progress), strict=True))
    uncoupled = fsum(each.metrics["objective_gbp"] for each in alone.values())
    if portfolio.config.coupling == "independent":
        return PortfolioOutcome(alone, _metrics(portfolio, alone, uncoupled, uncoupled, dict.fromkeys(PRICES)))
    watch = Stopwatch(progress)
    inputs = {name: inputs_of(each.site, each.run, each.frame) for name, each in portfolio.bundles.items()}
    first = next(iter(portfolio.bundles.values()))
    solved = solve_shared(inputs, portfolio.config.shared, first.run, progress=watch)
    coupled = {
        name: timed(_coupled(each, solved.sites[name], inputs[name]), watch) for name, each in portfolio.bundles.items()
    }
    return PortfolioOutcome(coupled, _metrics(portfolio, coupled, solved.objective_gbp, uncoupled, _prices(solved)))


def _alone(portfolio: Portfolio, name: str) -> RunOutcome:
    watch = Stopwatch()
    try:
        return timed(backtest(portfolio.bundles[name], watch), watch)
    except EnergyscopeError as failure:
        told = [replace(each, message=f"site {name}: {each.message}") for each in failure.diagnostics]
        raise type(failure)(told) from failure


def _coupled(bundle: Bundle, solved: Solved, inputs: Inputs) -> RunOutcome:
    """The outcome of one site of the common program; its objective is its own share."""
    dispatch = dispatch_of(inputs, solved, bundle.frame)
    told = metrics(
        bundle.site,
        bundle.run,
        bundle.frame,
        dispatch,
        objective_gbp=solved.objective_gbp,
        exclusivity=solved.exclusivity,
        runner="backtest",
    )
    require_checks(told)
    return outcome_of(
        bundle, dispatch, told, {**solved.stats, "objective_gbp": solved.objective_gbp, "dual_bound_gbp": None}
    )


def _prices(solved: SharedSolved) -> dict[str, float | None]:
    """What a kW more of each limit, in every step, would save [GBP]; None without such a limit."""
    return {name: -fsum(solved.duals[row]) if row in solved.duals else None for name, row in PRICES.items()}


def _metrics(
    portfolio: Portfolio,
    outcomes: Mapping[str, RunOutcome],
    objective: float,
    uncoupled: float,
    prices: Mapping[str, float | None],
) -> dict[str, Any]:
    """The tree of portfolio_metrics.json."""
    told = {each.metrics["site_id"]: each for each in outcomes.values()}
    flows = {
        name: np.sum([each.dispatch.flow(name) for each in told.values()], axis=0)
        for name in (columns.GRID_IMPORT, columns.GRID_EXPORT)
    }
    energies = [each.metrics["optimised"]["energy"] for each in told.values()]
    return {
        "schema_version": SCHEMA_VERSION,
        "portfolio_id": portfolio.config.portfolio_id,
        "coupling": portfolio.config.coupling,
        "objective_gbp": objective,
        "uncoupled_objective_gbp": uncoupled,
        "coupling_cost_gbp": objective - uncoupled,
        "energy": {name: fsum(each[name] for each in energies) for name in ("import_kwh", "export_kwh")},
        "peaks": {
            "import_peak_step_kw": float(flows[columns.GRID_IMPORT].max()),
            "export_peak_step_kw": float(flows[columns.GRID_EXPORT].max()),
        },
        "shared": dict(prices),
        "sites": {name: _site(each.metrics) for name, each in told.items()},
    }


def _site(told: Mapping[str, Any]) -> dict[str, Any]:
    battery = told["battery"]
    return {
        "bill": told["optimised"]["bill"],
        "energy": told["optimised"]["energy"],
        "demand": told["optimised"]["demand"],
        "final_soc_kwh": None if battery is None else battery["final_soc_kwh"],
    }
