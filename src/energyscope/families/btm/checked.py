"""The engine for callers in Python: every argument is checked, and time series are cut to the horizon, before work.

The functions below these trust what a bundle has checked.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path

import linopy
import numpy as np
import pandas as pd

from energyscope.backends.base import ProgressCallback
from energyscope.families.btm import columns, engine
from energyscope.families.btm.accounts import baseline as passive
from energyscope.families.btm.accounts import bill as accounts
from energyscope.families.btm.arguments import bundle_of, require_kinds, require_listener
from energyscope.families.btm.bundles.bundle import Amend, Bundle, idle_triads
from energyscope.families.btm.config.contradictions import require_consistent
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.dispatch import Dispatch
from energyscope.families.btm.program import formulation, twin
from energyscope.families.btm.program import inputs_of as program
from energyscope.families.btm.program.inputs import Inputs
from energyscope.families.btm.refusals import BtmError, BtmWarning, problem, refuse
from energyscope.families.btm.runners import runners
from energyscope.families.btm.series.expected import expected_of
from energyscope.families.btm.series.horizon import in_horizon
from energyscope.families.btm.series.time_checks import UNIT, is_instants, stamps_of
from energyscope.families.btm.series.timeseries import Checked, check_frame
from energyscope.families.btm.solving.certificate import warnings_of
from energyscope.language.diagnostics import Diagnostic


def optimise(
    site: SiteConfig, run: RunConfig, frame: pd.DataFrame, *, progress: ProgressCallback | None = None
) -> tuple[Dispatch, engine.Metrics, engine.SolveStats]:
    """The dispatch of least cost with perfect foresight, what it was worth, and how it was found.

    `frame` is a time series as in timeseries.parquet (kW, GBP/kWh; index or column `timestamp`, UTC starts of steps).
    What is odd but no error is a BtmWarning. Raises BtmError for arguments of the wrong kind (BTM103), fields that
    contradict each other (BTM104), data that do not fit (BTM2xx), a site that cannot be served (BTM301), a limit
    reached (BTM303) and, since every pound is computed twice, where bill and objective disagree (BTM401).
    """
    require_listener(progress)
    checked = _checked(site, run, frame)
    found = engine.optimise(site, run, checked.frame, progress=progress)
    triads = idle_triads(site, run, checked.frame)
    _warn([*require_consistent(site, run), *checked.warnings, *triads, *warnings_of(found[1]["exclusivity"])])
    return found


def baseline(site: SiteConfig, run: RunConfig, frame: pd.DataFrame) -> Dispatch:
    """The site with its load and PV alone: no battery, no flex, no reaction to prices [kW].

    `frame` and errors as of `optimise`. Import beyond its limit is not refused.
    """
    return passive.baseline(site, run, _checked(site, run, frame).frame)


def no_assets(site: SiteConfig, run: RunConfig, frame: pd.DataFrame) -> Dispatch:
    """The site without PV as well; `frame` and errors as of `optimise`."""
    return passive.no_assets(site, run, _checked(site, run, frame).frame)


def bill(site: SiteConfig, run: RunConfig, dispatch: Dispatch) -> accounts.Bill:
    """The bill of a dispatch over the horizon of the run, before VAT.

    `site` gives the time zone, `run` the tariff, `dispatch` flows [kW] and prices [GBP/kWh] of the same steps. Whether
    the site could have run it is not asked. Raises BtmError: BTM103 and BTM104 as `optimise`, BTM2xx for series or
    flows that do not fit.
    """
    require_kinds(site=(site, SiteConfig), run=(run, RunConfig), dispatch=(dispatch, Dispatch))
    require_kinds(**{"dispatch.flows": (dispatch.flows, pd.DataFrame)})
    frame = _checked(site, run, dispatch.frame).frame
    return accounts.bill(site, run, Dispatch(_flows(site, run, dispatch, frame), frame, dispatch.initial_soc_kwh))


def inputs_of(site: SiteConfig, run: RunConfig, frame: pd.DataFrame) -> Inputs:
    """The numbers of the linear program of a run; `frame` and errors as of `optimise`."""
    return program.inputs_of(site, run, _checked(site, run, frame).frame)


def build(inputs: Inputs) -> linopy.Model:
    """The linear program of a site. Raises BtmError for what `inputs_of` has not made."""
    require_kinds(inputs=(inputs, Inputs))
    return formulation.build(inputs)


def to_dat(bundle: Bundle | str | Path) -> str:
    """The data of a bundle, or of the one in a folder, for btm.mod. Raises BtmError as `load_bundle`."""
    return twin.to_dat(bundle_of(bundle))


def backtest(bundle: Bundle | str | Path, progress: ProgressCallback | None = None) -> runners.RunOutcome:
    """The whole period of a bundle, or of the one in a folder, with perfect foresight. Raises BtmError."""
    require_listener(progress)
    return runners.backtest(bundle_of(bundle), progress)


def underwrite(bundle: Bundle | str | Path, progress: ProgressCallback | None = None) -> runners.RunOutcome:
    """A backtest of a year, and what its savings are worth over the life of the battery. Raises BtmError."""
    require_listener(progress)
    return runners.underwrite(bundle_of(bundle), progress)


def live(bundle: Bundle | str | Path, progress: ProgressCallback | None = None) -> runners.RunOutcome:
    """Plan a bundle window by window with forecasts, and settle against what happened. Raises BtmError."""
    require_listener(progress)
    return runners.live(bundle_of(bundle), progress)


def run_bundle(
    path: str | Path, runner: str, *, amend: Amend | None = None, progress: ProgressCallback | None = None
) -> runners.RunOutcome:
    """Read, check and run the bundle in a folder; `runner` is backtest, underwrite or live. Raises BtmError."""
    require_listener(progress)
    if runner not in runners.RUNNERS:
        raise refuse("BTM103", f"`runner` is {runner!r}; expected {', '.join(map(repr, runners.RUNNERS))}")
    return runners.run_bundle(path, runner, amend=amend, progress=progress)


def _checked(site: SiteConfig, run: RunConfig, frame: pd.DataFrame) -> Checked:
    """The time series in the form of the engine, cut to the horizon. Raises BtmError."""
    require_kinds(site=(site, SiteConfig), run=(run, RunConfig), frame=(frame, pd.DataFrame))
    require_consistent(site, run)
    return check_frame(site, run, frame, file="`frame`")


def _flows(site: SiteConfig, run: RunConfig, dispatch: Dispatch, frame: pd.DataFrame) -> pd.DataFrame:
    """The flows of the steps of a checked time series, with those that the bill prices. Raises BtmError BTM2xx."""
    flows = dispatch.flows
    stamps = stamps_of(flows)
    index = pd.DatetimeIndex(stamps) if stamps is not None and is_instants(stamps) else None
    if index is None or index.tz is None:
        message = (
            "`dispatch.flows` has no `timestamp` in UTC as index or column; its steps are those of `dispatch.frame`"
        )
        raise refuse("BTM202", message, "`flows.index = frame.index` where the steps are the same")
    utc = index.tz_convert("UTC").as_unit(UNIT)
    within = in_horizon(utc, expected_of(site, run))
    if not utc[within].equals(frame.index):
        message = (
            f"`dispatch.flows` has {_steps(utc[within])}, `dispatch.frame` {_steps(frame.index)}; expected the same"
        )
        raise refuse("BTM206", message, "cut both to the same steps: `flows.loc[frame.index]`")
    priced = [columns.GRID_IMPORT, columns.GRID_EXPORT, columns.FLEX]
    priced += [columns.service(each.name) for each in run.tariff.services]
    if wrong := [each for name in priced for each in _wrong_flow(flows, name)]:
        raise BtmError(wrong)
    return flows.set_index(utc)[within]


def _wrong_flow(flows: pd.DataFrame, name: str) -> Iterable[Diagnostic]:
    """BTM201, BTM209, BTM207: a flow that is not there, no number, or not finite."""
    if list(flows.columns).count(name) != 1:
        yield problem("BTM201", f"`dispatch.flows` has no column `{name}`, or several; expected one [kW]")
    elif not pd.api.types.is_numeric_dtype(flows[name].dtype):
        yield problem("BTM209", f"`{name}` of `dispatch.flows` is of type {flows[name].dtype}; expected numbers [kW]")
    elif not np.isfinite(flows[name].to_numpy(np.float64, na_value=np.nan)).all():
        yield problem("BTM207", f"`{name}` of `dispatch.flows` has values that are missing or infinite")


def _steps(index: pd.Index) -> str:
    return f"{len(index)} steps from {index[0]:%Y-%m-%dT%H:%MZ}" if len(index) else "no steps"


def _warn(found: Iterable[Diagnostic]) -> None:
    for each in found:
        if each.severity == "warning":
            warnings.warn(BtmWarning(each), stacklevel=3)
