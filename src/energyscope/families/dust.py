"""What an interior point leaves where there is nothing: 6e-8 GW of a plant that is not built, -0.0 instead of 0.

Tables that follow from a solution are rid of it, those of the variables themselves stay as the solver gave them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import xarray as xr

CAPACITY = 1e-5
"""Share of the largest capacity in the same unit up to which one counts as none.

What costs next to nothing stays undecided when an interior point stops: core's fuel storages end at 5e-6 of the largest
storage, at 4 EUR a year; other dust is at 1e-7 or less, and the smallest plant that is built at 2e-3.
"""
ACCURACY = 1e-6
"""Share of the largest flow, or of the sum of costs, up to which that which is left out may add up: rows of a solution
hold to 1e-6, so no less can be told from nothing."""

A = TypeVar("A", pd.Series, pd.DataFrame, xr.DataArray)


def installed(capacity: pd.Series, units: Sequence[str]) -> pd.Series:
    """Capacities, 0 for those up to `CAPACITY` times the largest of their unit."""
    largest = capacity.abs().groupby(np.asarray(units, dtype=object)).transform("max")
    return without_dust(capacity, CAPACITY * largest)


def additive(amounts: A) -> A:
    """Amounts that are added up, without the small ones: they add up to at most `ACCURACY` of the sum of all."""
    sizes = np.abs(amounts.to_numpy())
    total, count = float(np.nansum(sizes)), max(int(np.count_nonzero(sizes)), 1)
    return without_dust(amounts, ACCURACY * total / count)


def without_dust(values: A, threshold: Any) -> A:
    """0 in place of values up to a threshold, and of -0.0."""
    return values.where(abs(values) > threshold, 0.0).where(values.notnull())


def balanced(terms: Sequence[xr.DataArray], unit_of: pd.Series) -> list[xr.DataArray]:
    """Terms of balances over `layer`, `item` and any others, without the small ones.

    What a balance loses by it is at most `ACCURACY` times the largest term of any layer in the same unit: each of its
    n terms may lose the n-th part of that. `unit_of` gives the unit of each layer.
    """
    largest = pd.Series(0.0, unit_of.index)
    count = pd.Series(1.0, unit_of.index)
    for term in (each for each in terms if each.size):
        sizes = abs(term).max([dim for dim in term.dims if dim not in ("layer", "item")])
        largest = largest.combine(sizes.max("item").to_series().reindex(largest.index, fill_value=0.0), max)
        count = count.add((sizes > 0).sum("item").to_series(), fill_value=0.0)
    threshold = ACCURACY * largest.groupby(unit_of).transform("max") / count
    thresholds = threshold.rename_axis("layer").to_xarray()
    return [without_dust(term, thresholds.sel(layer=term["layer"])) for term in terms]
