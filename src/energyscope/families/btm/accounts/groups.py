"""Exact sums by group: of each billing month, or of each band in each month."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import fsum

import numpy as np

from energyscope.families.btm.tariff.metering import Places
from energyscope.modeldata.symbols import Values


@dataclass(frozen=True, eq=False)
class Groups:
    """Places sorted by their group, in time order within each; group g has `order[bounds[g] : bounds[g + 1]]`."""

    order: Places
    bounds: tuple[int, ...]

    @classmethod
    def of(cls, codes: Places, count: int) -> Groups:
        """The groups 0 to `count` - 1 of places with these codes; a negative code is in no group."""
        order = np.argsort(codes, kind="stable").astype(np.int64)
        bounds = np.searchsorted(codes[order], np.arange(count + 1))
        return cls(order, tuple(bounds.tolist()))

    def places(self, group: int) -> Places:
        """The places of one group."""
        return self.order[self.bounds[group] : self.bounds[group + 1]]

    def size(self, group: int) -> int:
        """How many places one group has."""
        return self.bounds[group + 1] - self.bounds[group]

    def sums(self, values: Values) -> list[float]:
        """The sum of each group, rounded once."""
        listed = values[self.order].tolist()
        return [fsum(listed[start:stop]) for start, stop in pairwise(self.bounds)]

    def common_values(self, values: Values) -> list[float | None]:
        """The value that all places of a group have, None where they differ or the group is empty."""
        ordered = values[self.order]
        return [_common(ordered[start:stop]) for start, stop in pairwise(self.bounds)]


def _common(values: Values) -> float | None:
    return float(values[0]) if len(values) and values.min() == values.max() else None
