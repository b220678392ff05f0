"""The tree of metrics.json: what a dispatch cost and did, beside the passive site and the site without assets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from energyscope.families.btm.accounts.baseline import baseline, no_assets
from energyscope.families.btm.accounts.bill import COMPONENTS, TOTAL, Bill, billed
from energyscope.families.btm.accounts.bill_demand import instant_text
from energyscope.families.btm.accounts.bill_terms import Terms, terms_of
from energyscope.families.btm.accounts.checks import checks
from energyscope.families.btm.accounts.energy import energy
from energyscope.families.btm.accounts.storage_figures import battery_figures, wear_cost
from energyscope.families.btm.config.schemas import SCHEMA_VERSION, RunConfig, SiteConfig
from energyscope.families.btm.dispatch import Dispatch
from energyscope.families.btm.tariff.calendar import Calendar

Tree = Mapping[str, Any]


def metrics(
    site: SiteConfig,
    run: RunConfig,
    frame: pd.DataFrame,
    dispatch: Dispatch,
    *,
    objective_gbp: float,
    exclusivity: Tree,
    runner: str,
    rolling: Tree | None = None,
    underwriting: Tree | None = None,
) -> dict[str, Any]:
    """The whole tree, every key present; None where a figure is not defined.

    `frame` is the checked time series of the run, `exclusivity` the certificate of the solve (spec/btm, section 3.3),
    `rolling` and `underwriting` what those runners add. Nothing is raised: `checks` says whether the figures hold.
    """
    terms = terms_of(site, run, frame)
    bills = {
        "optimised": (dispatch, billed(terms, dispatch)),
        "baseline": _billed(terms, baseline(site, run, frame)),
        "no_assets": _billed(terms, no_assets(site, run, frame)),
    }
    amounts = {name: bill.amounts for name, (_, bill) in bills.items()}
    return {
        "schema_version": SCHEMA_VERSION,
        "site_id": site.site_id,
        "runner": runner,
        "objective_gbp": objective_gbp,
        "period": period(terms.calendar),
        **{name: _side(site, run, flows, bill) for name, (flows, bill) in bills.items()},
        "savings": savings(**amounts, wear_cost_gbp=wear_cost(site, run, dispatch)),
        "battery": battery_figures(site, run, dispatch, terms.calendar.days),
        "exclusivity": dict(exclusivity),
        "checks": checks(site, run, dispatch, bill_gbp=bills["optimised"][1].total_gbp, objective_gbp=objective_gbp),
        "rolling": None if rolling is None else dict(rolling),
        "underwriting": None if underwriting is None else dict(underwriting),
    }


def period(calendar: Calendar) -> dict[str, Any]:
    """The block `period`: instants in UTC, `end` exclusive; days are local dates with a step in the run."""
    end = calendar.index[-1] + pd.Timedelta(minutes=calendar.timestep_minutes)
    return {
        "start": instant_text(calendar.index[0]),
        "end": instant_text(end),
        "steps": len(calendar.index),
        "timestep_minutes": calendar.timestep_minutes,
        "days": calendar.days,
        "timezone": calendar.timezone,
        "months": list(calendar.month_names),
    }


def savings(
    optimised: Mapping[str, float],
    baseline: Mapping[str, float],
    no_assets: Mapping[str, float],
    wear_cost_gbp: float,
) -> dict[str, Any]:
    """The block `savings`: baseline less optimised, by component as well; percent of |baseline|, None if that is 0."""
    total, before = baseline[TOTAL] - optimised[TOTAL], abs(baseline[TOTAL])
    return {
        "total_gbp": total,
        "percent": 100 * total / before if before > 0 else None,
        "net_of_wear_gbp": total - wear_cost_gbp,
        "vs_no_assets_gbp": no_assets[TOTAL] - optimised[TOTAL],
        "by_component": {name: baseline[name] - optimised[name] for name in (*COMPONENTS, TOTAL)},
    }


def _billed(terms: Terms, dispatch: Dispatch) -> tuple[Dispatch, Bill]:
    return dispatch, billed(terms, dispatch)


def _side(site: SiteConfig, run: RunConfig, dispatch: Dispatch, bill: Bill) -> dict[str, Any]:
    return {
        "bill": bill.amounts,
        "energy": energy(site, run, dispatch),
        "peaks": bill.peaks,
        "demand": bill.demand,
        "lines": bill.lines,
    }
