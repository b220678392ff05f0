"""Sites, runs and dispatches made from a few numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from energyscope.families.btm import columns
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.dispatch import Dispatch


def site(timezone: str = "Europe/London") -> SiteConfig:
    return SiteConfig.model_validate({"schema_version": 1, "site_id": "one", "timezone": timezone})


def run(minutes: int = 30, **tariff: Any) -> RunConfig:
    return RunConfig.model_validate({"schema_version": 1, "timestep_minutes": minutes, "tariff": tariff})


def dispatch(start: str, minutes: int, **series: Any) -> Dispatch:
    """Flows and given columns by name; a short name stands for the column of `columns` it is part of."""
    named = {
        "bought": columns.GRID_IMPORT,
        "sold": columns.GRID_EXPORT,
        "flex": columns.FLEX,
        "import_price": columns.IMPORT_PRICE,
        "export_price": columns.EXPORT_PRICE,
        "flex_price": columns.FLEX_PRICE,
        "system": columns.SYSTEM_DEMAND,
    }
    given_columns = {named.get(name, name): values for name, values in series.items()}
    steps = max(np.size(values) for values in series.values())
    index = pd.date_range(start, periods=steps, freq=f"{minutes}min", tz="UTC", name="timestamp")
    frame = pd.DataFrame(dict.fromkeys(columns.REQUIRED, 0.0), index=index)
    flows = pd.DataFrame(dict.fromkeys(columns.DISPATCH, 0.0), index=index)
    for name, values in given_columns.items():
        (flows if name in columns.DISPATCH or name.startswith("service_") else frame)[name] = np.asarray(values, float)
    return Dispatch(flows, frame)


def day(start: str, minutes: int = 30, steps: int = 48, kw: float = 10.0, **series: Any) -> Dispatch:
    """Constant import from a UTC instant on."""
    return dispatch(start, minutes, **{"bought": np.full(steps, kw), **series})
