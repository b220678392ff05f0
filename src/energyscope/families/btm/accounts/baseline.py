"""The passive site: what flows, and is paid, without battery and flex, and without PV either."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energyscope.families.btm import columns
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.dispatch import Dispatch


def baseline(site: SiteConfig, run: RunConfig, frame: pd.DataFrame) -> Dispatch:
    """The site with its load and PV alone: no battery, no flex, no reaction to prices    [kW].

    i = max(load - pv, 0); e = min(max(pv - load, 0), export limit); the rest of the PV is spilt, whether it may be
    curtailed or not. Import beyond its limit is not refused.
    """
    surplus = frame[columns.PV].to_numpy(np.float64) - frame[columns.LOAD].to_numpy(np.float64)
    limit = np.inf if site.grid.export_limit_kw is None else site.grid.export_limit_kw
    exported = np.clip(surplus, 0.0, limit)
    names = [*columns.DISPATCH, *(columns.service(each.name) for each in run.tariff.services)]
    flows = dict.fromkeys(names, np.zeros(len(frame)))
    flows[columns.GRID_IMPORT] = np.maximum(-surplus, 0.0)
    flows[columns.GRID_EXPORT] = exported
    flows[columns.CURTAILED] = np.maximum(surplus, 0.0) - exported
    return Dispatch(pd.DataFrame(flows, index=frame.index), frame)


def no_assets(site: SiteConfig, run: RunConfig, frame: pd.DataFrame) -> Dispatch:
    """The site without PV as well; the frame of the result has no PV yield."""
    return baseline(site, run, frame.assign(**{columns.PV: 0.0}))
