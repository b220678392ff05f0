"""What a runner needs beyond a bundle that is right: a year of savings, forecasts for all windows. Solves nothing."""

from __future__ import annotations

import pandas as pd

from energyscope.families.btm.bundles.bundle import Bundle
from energyscope.families.btm.config.clashes import Spot
from energyscope.families.btm.refusals import BtmError, problem
from energyscope.families.btm.runners.forecast_file import Issued
from energyscope.families.btm.runners.windows import cut_meters, windows_of
from energyscope.families.btm.tariff.calendar import Calendar
from energyscope.language.diagnostics import Diagnostic

UNDERWRITING_DAYS = 360
"""The least number of days whose savings stand for those of a year (spec/btm, section 6)."""


def is_year(bundle: Bundle) -> bool:
    """May the savings of the run stand for those of a year?"""
    config = bundle.run.underwriting
    return _days(bundle) >= UNDERWRITING_DAYS or (config is not None and config.annualise)


def short_year(bundle: Bundle) -> list[Diagnostic]:
    """BTM104 unless the savings of a run may stand for those of a year."""
    if is_year(bundle):
        return []
    message = (
        f"the run has {_days(bundle)} days, and underwriting.annualise is false; "
        f"expected at least {UNDERWRITING_DAYS} days"
    )
    help = "give a year of data, or scale the savings with `annualise: true`"
    return [problem("BTM104", message, help, Spot(bundle.run, ("underwriting", "annualise")).span)]


def of_windows(bundle: Bundle, issues: pd.DataFrame | None) -> list[Diagnostic]:
    """What hinders the windows of a rolling run: cut metering intervals, and the first one without forecast.

    `issues` are those of the forecast file, None where none is read.
    """
    found = list(cut_meters(bundle.run))
    if issues is None:
        return found
    issued, frame = Issued(issues), bundle.frame
    try:
        for each in windows_of(bundle.run, len(frame)):
            ahead = frame.iloc[each.start : each.stop]
            issued.forecast(frame.iloc[: each.start], ahead.index[0], ahead)
    except BtmError as failure:
        found += failure.diagnostics
    return found


def _days(bundle: Bundle) -> int:
    """The days of a run as metrics.json counts them, and `annualise` with it: local dates with a step."""
    index = pd.DatetimeIndex(bundle.frame.index)
    return Calendar.of(index, bundle.site.timezone, bundle.run.timestep_minutes).days
