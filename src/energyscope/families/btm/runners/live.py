"""The live runner: a run rolled to its end, what it cost, and what perfect foresight would have been worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from energyscope.backends.base import ProgressCallback
from energyscope.families.btm import columns
from energyscope.families.btm.accounts.bill import bill
from energyscope.families.btm.accounts.checks import cost
from energyscope.families.btm.accounts.metrics import metrics
from energyscope.families.btm.bundles.bundle import Bundle
from energyscope.families.btm.dispatch import Dispatch
from energyscope.families.btm.engine import require_checks
from energyscope.families.btm.refusals import BtmError, caution
from energyscope.families.btm.runners.forecast_file import FORECAST
from energyscope.families.btm.runners.rolling import Course, Planned, roll
from energyscope.families.btm.series.data_rows import instant_text
from energyscope.families.btm.solving.solve import solve
from energyscope.language.diagnostics import Diagnostic

STATUSES = ("lp_exact", "binaries", "violated")
"""What the certificate of exclusivity may say, from the best to the worst."""
EXCEEDED_KW = 1e-6
"""Export beyond the limit by more than this is told: what flows may be off by in a dispatch that passes its checks."""


def live_run(
    bundle: Bundle, progress: ProgressCallback | None = None
) -> tuple[Dispatch, dict[str, Any], dict[str, Any], tuple[Diagnostic, ...]]:
    """Dispatch as settled, metrics, statistics and warnings of a rolling run. Raises BtmError."""
    told = None if progress is None else _in_one_stage(progress)
    course = Course.of(bundle)
    ledger = course.ledger()
    plans = list(roll(course, ledger, course.windows(), told))
    initial = None if bundle.site.storage is None else bundle.site.storage.first_soc_kwh
    dispatch = Dispatch(ledger.flows, bundle.frame, initial)
    perfect, warnings = _perfect_foresight(course, told)
    found = _metrics(course, dispatch, plans, perfect)
    return dispatch, found, _stats(plans, found["objective_gbp"]), (*warnings, *_exceeded(course, dispatch))


def _in_one_stage(progress: ProgressCallback) -> ProgressCallback:
    """Hundreds of windows are built and solved: that is one stage of the run."""
    return lambda each: progress(replace(each, stage="solve"))


def _perfect_foresight(course: Course, progress: ProgressCallback | None) -> tuple[float | None, list[Diagnostic]]:
    """The objective of a backtest of the same bundle [GBP]; None, and a warning, where no dispatch keeps all limits."""
    try:
        return solve(course.inputs, course.run, progress=progress).objective_gbp, []
    except BtmError as failure:
        if failure.diagnostics[0].code != "BTM301":
            raise
        message = f"there is no regret: with perfect foresight {failure.diagnostics[0].message}"
        return None, [caution("BTM301", message, failure.diagnostics[0].help)]


def _exceeded(course: Course, dispatch: Dispatch) -> list[Diagnostic]:
    """PV that may not be spilt, or charge that only PV may give, can leave no way to keep the export limit."""
    limit = course.site.grid.export_limit_kw
    over = dispatch.flow(columns.GRID_EXPORT) - (np.inf if limit is None else limit)
    if not (over > EXCEEDED_KW).any():
        return []
    first = instant_text(dispatch.flows.index[int(np.argmax(over > EXCEEDED_KW))])
    total = float(np.maximum(over, 0).sum()) * course.run.dt
    message = f"the settled dispatch exports {total:.6g} kWh beyond grid.export_limit_kw {limit:g}, first at {first}"
    return [caution("BTM301", message, "the forecast missed PV that cannot be curtailed (pv.curtailable)")]


def _metrics(course: Course, dispatch: Dispatch, plans: Sequence[Planned], perfect: float | None) -> dict[str, Any]:
    site, run, frame = course.site, course.run, course.frame
    objective = cost(site, run, dispatch, bill(site, run, dispatch).total_gbp)
    found = metrics(
        site,
        run,
        frame,
        dispatch,
        objective_gbp=objective,
        exclusivity=_exclusivity(plans),
        runner="live",
        rolling={
            "windows": len(plans),
            **forecast_figures(course, plans),
            "perfect_foresight_gbp": perfect,
            "regret_gbp": None if perfect is None else objective - perfect,
        },
    )
    require_checks(found)
    return found


def forecast_figures(course: Course, plans: Sequence[Planned]) -> dict[str, Any]:
    """Kept steps without a forecast, and mean |forecast - truth| over the others [kW], None where there are none."""
    kept = [slice(0, each.window.kept - each.window.start) for each in plans]
    pairs = list(zip(plans, kept, strict=True))
    unknown = np.concatenate([each.forecast.unknown[part] for each, part in pairs])
    told = np.concatenate([each.forecast.frame[FORECAST].to_numpy()[part] for each, part in pairs])
    missed = np.abs(told - course.frame[FORECAST].to_numpy())[~unknown]
    load, pv = missed.mean(axis=0).tolist() if len(missed) else (None, None)
    return {"warmup_steps": int(unknown.sum()), "forecast_mae_kw": {"load": load, "pv": pv}}


def _exclusivity(plans: Sequence[Planned]) -> dict[str, Any]:
    """The certificates of all windows as one: the worst status, sums of rounds and binaries, no relaxation."""
    told = [each.solved.exclusivity for each in plans]
    return {
        "mode": told[0]["mode"],
        "status": max((each["status"] for each in told), key=STATUSES.index),
        "rounds": sum(each["rounds"] for each in told),
        "binaries": sum(each["binaries"] for each in told),
        "max_simultaneous_kw": max(each["max_simultaneous_kw"] for each in told),
        "relaxation_objective_gbp": None,
    }


def _stats(plans: Sequence[Planned], objective: float) -> dict[str, Any]:
    """Statistics of all windows: sums of rounds and iterations, the largest model, the worst residuals."""
    told = [each.solved.stats for each in plans]
    return {
        **told[0],
        "model": max((each["model"] for each in told), key=lambda model: (model["rows"], model["columns"])),
        "rounds": sum(each["rounds"] for each in told),
        "objective_gbp": objective,
        "dual_bound_gbp": None,
        "mip_gap": _worst([each["mip_gap"] for each in told]),
        "iterations": sum(each["iterations"] for each in told),
        "max_primal_infeasibility": _worst([each["max_primal_infeasibility"] for each in told]),
        "max_dual_infeasibility": _worst([each["max_dual_infeasibility"] for each in told]),
        "windows": [_window(each) for each in plans],
    }


def _worst(values: Sequence[float | None]) -> float | None:
    return max((each for each in values if each is not None), default=None)


def _window(planned: Planned) -> dict[str, Any]:
    return {
        "start": instant_text(planned.flows.index[0]),
        "steps": len(planned.flows),
        "objective_gbp": planned.solved.objective_gbp,
        "rounds": planned.solved.stats["rounds"],
    }
