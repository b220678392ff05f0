"""Reference cases, and small runs, as the numbers that the solver gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from btm_cases import CASES, series

from energyscope.families.btm import columns
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.program.inputs import Inputs
from energyscope.families.btm.program.inputs_of import inputs_of

BATTERY: dict[str, Any] = {"capacity_kwh": 40.0, "max_charge_kw": 20.0, "max_discharge_kw": 20.0}


@dataclass(frozen=True)
class Run:
    site: SiteConfig
    run: RunConfig
    frame: pd.DataFrame

    @property
    def inputs(self) -> Inputs:
        return inputs_of(self.site, self.run, self.frame)


def reference(name: str, *, steps: int | None = None, site: Any = None, **run: Any) -> Run:
    """A reference case; `steps` keeps the first of them, `site` and further fields lie over its configuration."""
    return of_case(CASES[name], steps=steps, site=site, **run)


def of_case(case: Mapping[str, Any], *, steps: int | None = None, site: Any = None, **run: Any) -> Run:
    """A bundle written as in the reference cases."""
    made = SiteConfig.model_validate({**case["site_config"], **(site or {})})
    asked = RunConfig.model_validate({**case["run_config"], **run})
    return Run(made, asked, series(case["timeseries"], made.timezone).iloc[:steps])


def small(
    load: Any, pv: Any = 0.0, buy: Any = 0.2, sell: Any = 0.1, *, minutes: int = 60, site: Any = None, **run: Any
) -> Run:
    """A run from 2025-06-02T00:00Z on; one number stands for all steps. `site` and further fields are configuration."""
    given = {columns.LOAD: load, columns.PV: pv, columns.IMPORT_PRICE: buy, columns.EXPORT_PRICE: sell}
    steps = max(np.size(values) for values in given.values())
    index = pd.date_range("2025-06-02", periods=steps, freq=f"{minutes}min", tz="UTC", name="timestamp")
    frame = pd.DataFrame({name: np.broadcast_to(np.asarray(each, float), steps) for name, each in given.items()}, index)
    made = SiteConfig.model_validate({"schema_version": 1, "site_id": "small", **(site or {})})
    asked = RunConfig.model_validate({"schema_version": 1, "timestep_minutes": minutes, **run})
    return Run(made, asked, frame)
