"""What a run left in its bundle, read for a report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from energyscope.families.btm.accounts.baseline import baseline
from energyscope.families.btm.bundles.bundle import load_bundle, missing_files
from energyscope.families.btm.bundles.dispatch_file import read_flows
from energyscope.families.btm.bundles.folder import METADATA, METRICS, PORTFOLIO, STATS, Folder
from energyscope.families.btm.bundles.verify import verify
from energyscope.families.btm.config.schemas import Horizon, RunConfig, SiteConfig
from energyscope.families.btm.dispatch import Dispatch
from energyscope.families.btm.refusals import BtmError, refuse
from energyscope.families.btm.runners.sites import Above
from energyscope.families.btm.tariff.calendar import Calendar

Tree = Mapping[str, Any]
_SCENARIOS = "scenarios.csv"


@dataclass(frozen=True, eq=False)
class Written:
    """A bundle with its outputs: inputs, dispatch, the passive site beside it, and the JSON files as trees."""

    site: SiteConfig
    run: RunConfig
    dispatch: Dispatch
    passive: Dispatch
    metrics: Tree
    stats: Tree
    metadata: Tree
    scenarios: pd.DataFrame | None = None

    @property
    def calendar(self) -> Calendar:
        """The steps of the run on the clock of the site."""
        index = pd.DatetimeIndex(self.dispatch.flows.index)
        return Calendar.of(index, self.site.timezone, self.run.timestep_minutes)


def read_written(path: str | Path) -> Written:
    """Read a bundle with its outputs, once they are verified.

    Raises BtmError: BTM001 where there is no bundle or no outputs, BTM401 where a file or figure is not what the run
    left, and whatever the inputs are refused for.
    """
    made = Folder.of(path)
    if made.has(PORTFOLIO):
        help = f"give the folder of a site, as in `gridq report {made.shown('SITE')}`"
        raise refuse("BTM001", f"`{made.given}` is a portfolio; expected a bundle: a report is about one site", help)
    if problems := missing_files(made) or verify(path):
        raise BtmError(problems)
    flows = read_flows(made)
    read = load_bundle(path, lambda run: _over(run, pd.DatetimeIndex(flows.index)))
    metadata = json.loads(made.read(METADATA))
    if PORTFOLIO in metadata["inputs"] and (above := Above.of(made)) is not None:
        read = above.priced(read)
    return Written(
        site=read.site,
        run=read.run,
        dispatch=Dispatch(flows, read.frame),
        passive=baseline(read.site, read.run, read.frame),
        metrics=json.loads(made.read(METRICS)),
        stats=json.loads(made.read(STATS)),
        metadata=metadata,
        scenarios=_scenarios(made),
    )


def _over(run: RunConfig, steps: pd.DatetimeIndex) -> RunConfig:
    """The run over the steps of its dispatch, which options of the command may have cut."""
    end = steps[-1] + pd.Timedelta(minutes=run.timestep_minutes)
    return run.model_copy(update={"horizon": Horizon(start=steps[0].to_pydatetime(), end=end.to_pydatetime())})


def _scenarios(folder: Folder) -> pd.DataFrame | None:
    if not folder.has(_SCENARIOS):
        return None
    with folder.fs.open(folder.place(_SCENARIOS), "rb") as file:
        return pd.read_csv(file)
