"""What the columns of a time series must hold: ranges and units, and the pandera schema of a table of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from energyscope.families.btm import columns

if TYPE_CHECKING:
    import pandera.pandas as pa
    from numpy.typing import NDArray

NOT_FINITE, OUT_OF_RANGE = "BTM207", "BTM208"
"""Codes of what can be wrong with a number; they name the checks of the schema."""


@dataclass(frozen=True)
class Range:
    """Lowest and highest value, both included, and what to think of when one lies outside."""

    low: float
    high: float
    unit: str
    hint: str

    @property
    def expected(self) -> str:
        """The range in words."""
        return f"{self.low:g} to {self.high:g} {self.unit}" if self.high < inf else f"at least {self.low:g} {self.unit}"


_LOAD = Range(0, inf, "kW", "a load that is metered net of PV is not accepted: give gross load and PV apart")
_PV = Range(0, inf, "kW", "yield is positive; a plant's own consumption at night belongs to the load")
_PRICE = Range(-100, 100, "GBP/kWh", "are these pence, or prices per MWh? Divide by 100, or by 1000")
_NOT_NEGATIVE = "give what there is, and 0 where there is nothing"

RANGES: Mapping[str, Range] = {
    columns.LOAD: _LOAD,
    columns.PV: _PV,
    columns.IMPORT_PRICE: _PRICE,
    columns.EXPORT_PRICE: _PRICE,
    columns.FLEX_AVAILABLE: Range(0, inf, "kW", _NOT_NEGATIVE),
    columns.FLEX_PRICE: _PRICE,
    columns.CARBON: Range(0, inf, "kg/kWh", _NOT_NEGATIVE),
    columns.SYSTEM_DEMAND: Range(0, inf, "MW", _NOT_NEGATIVE),
}
_SERVICE_PRICE = Range(-100, 100, "GBP per kW and hour", "are these prices per MW? Divide by 1000")


def range_of(column: str) -> Range:
    """The range of a column; one that is none of the canonical ones holds prices of a service."""
    return RANGES.get(column, _SERVICE_PRICE)


def frame_schema(names: Iterable[str]) -> pa.DataFrameSchema:
    """The schema of a table with these columns, one row a step; its checks carry the codes of the catalogue."""
    import pandera.pandas as pa  # its import takes a quarter of a second, and only a wrong table needs it

    return pa.DataFrameSchema(
        {
            name: pa.Column(
                float,
                [
                    pa.Check(np.isfinite, name=NOT_FINITE, ignore_na=False, n_failure_cases=1),
                    pa.Check(_within, name=OUT_OF_RANGE, allowed=range_of(name), n_failure_cases=1),
                ],
                nullable=True,
                description=f"{range_of(name).expected}",
            )
            for name in names
        }
    )


def misfits(table: pd.DataFrame) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """Column, code and the flagged rows of everything that the schema says is wrong with a table of floats."""
    if all(_plainly_right(table[name].to_numpy(), range_of(name)) for name in table):
        return
    import pandera.errors

    try:
        frame_schema(table.columns).validate(table, lazy=True)
    except pandera.errors.SchemaErrors as failure:
        for each in failure.schema_errors:
            yield each.schema.name, each.check.name, ~each.check_output.to_numpy(np.bool_)


def _plainly_right(values: NDArray[np.float64], allowed: Range) -> bool:
    """The extremes tell it all: NaN makes both of them NaN. Spares a good table the import of pandera."""
    return bool(allowed.low <= values.min() and values.max() <= allowed.high and np.isfinite(values.max()))


def _within(values: pd.Series, allowed: Range) -> pd.Series:
    """In range, or not finite, which another check says."""
    return values.between(allowed.low, allowed.high) | ~np.isfinite(values)
