"""A dispatch: what every flow was in every step, beside the time series it was made for."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from energyscope.modeldata.symbols import Values


@dataclass(frozen=True, eq=False)
class Dispatch:
    """Flows by step (columns of `columns.DISPATCH`, then one for each service; kW, kWh) and the series they answer to.

    Both frames have the same index: UTC instants that label the start of a step. `initial_soc_kwh` is the state of
    charge before the first step; None says that it follows from the battery: its own, or where start and end are one
    (cyclic) that at the end.
    """

    flows: pd.DataFrame
    frame: pd.DataFrame
    initial_soc_kwh: float | None = None

    def flow(self, column: str) -> Values:
        """The values of one flow, in time order."""
        return self.flows[column].to_numpy()

    def given(self, column: str) -> Values:
        """The values of one column of the time series, zeros where it has none."""
        return self.frame[column].to_numpy() if column in self.frame else pd.Series(0.0, self.frame.index).to_numpy()
