"""What a rolling run has settled so far, and what of it the windows to come have to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from energyscope.families.btm import columns
from energyscope.families.btm.config.schemas import TerminalSoc
from energyscope.families.btm.program.inputs import Inputs
from energyscope.families.btm.program.state import RollingState
from energyscope.families.btm.tariff.metering import Metering, Places
from energyscope.modeldata.symbols import Values


class Ledger:
    """The settled flows of a run, entered window by window; the steps to come count as zeros.

    `inputs` are those of the whole run: its calendar, demand charges and agreed capacity.
    """

    def __init__(self, inputs: Inputs, soc_kwh: float) -> None:
        self._inputs = inputs
        self._soc_kwh = soc_kwh
        self._entries: list[pd.DataFrame] = []
        self._flows = {name: np.zeros(inputs.steps) for name in (columns.GRID_IMPORT, columns.FLEX, columns.DISCHARGE)}

    def enter(self, start: int, settled: pd.DataFrame) -> None:
        """Add the settled flows of the steps from `start` on (columns of a dispatch)."""
        for name, values in self._flows.items():
            values[start : start + len(settled)] = settled[name].to_numpy()
        self._soc_kwh = float(settled[columns.SOC].iloc[-1]) if self._inputs.storage is not None else 0.0
        self._entries.append(settled)

    @property
    def flows(self) -> pd.DataFrame:
        """All settled flows, in time order."""
        return pd.concat(self._entries)

    def state(self, terminal: TerminalSoc) -> RollingState:
        """What the next window begins with, and is asked for at its end."""
        flex = self._by_day(columns.FLEX)
        return RollingState(
            soc_kwh=self._soc_kwh,
            incurred_peak_kw={
                each.name: self._by_month(self._means(each.metering)[each.metered], each.metered_month)
                for each in self._inputs.demand
            },
            incurred_kva=self._kva(),
            flex_used_kwh=flex,
            flex_used_total_kwh=sum(flex.values()),
            discharged_kwh=self._by_day(columns.DISCHARGE),
            terminal=terminal,
        )

    def _kva(self) -> Mapping[str, float]:
        capacity = self._inputs.capacity
        if capacity is None:
            return {}
        return self._by_month(self._means(capacity.metering) / capacity.power_factor, capacity.metering.month)

    def _means(self, metering: Metering) -> Values:
        """Mean import of every metering interval    [kW]."""
        return np.asarray(self._flows[columns.GRID_IMPORT][metering.steps].mean(axis=1))

    def _by_month(self, means: Values, month: Places) -> dict[str, float]:
        highest = np.zeros(len(self._inputs.month_names))
        np.maximum.at(highest, month, means)
        return _above_zero(self._inputs.month_names, highest)

    def _by_day(self, name: str) -> dict[str, float]:
        energy: Values = np.bincount(self._inputs.day, self._flows[name] * self._inputs.dt).astype(np.float64)
        return _above_zero(self._inputs.day_names, energy)


def _above_zero(names: Sequence[str], values: Values) -> dict[str, float]:
    return {name: value for name, value in zip(names, values.tolist(), strict=True) if value > 0}
