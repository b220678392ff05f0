"""Between which values linear expressions stay, as the bounds of their columns tell."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import VariableBlock
from energyscope.program.entries import Entries
from energyscope.translate.linear import Linear


class Bounds:
    """The bounds of all columns."""

    def __init__(self, blocks: Iterable[VariableBlock]) -> None:
        ordered = list(blocks)
        self.lower = np.concatenate([np.zeros(0), *(block.lower for block in ordered)])
        self.upper = np.concatenate([np.zeros(0), *(block.upper for block in ordered)])

    def of(self, linear: Linear) -> tuple[Values, Values]:
        """The smallest and the largest value of every row."""
        matrix = linear.entries(len(self.lower))
        rising = matrix.data > 0
        lowest = np.where(rising, self.lower[matrix.indices], self.upper[matrix.indices]) * matrix.data
        highest = np.where(rising, self.upper[matrix.indices], self.lower[matrix.indices]) * matrix.data
        return linear.constant + _row_sums(matrix, lowest), linear.constant + _row_sums(matrix, highest)


def _row_sums(matrix: Entries, entries: Values) -> Values:
    rows = np.repeat(np.arange(len(matrix.indptr) - 1), np.diff(matrix.indptr))
    return np.bincount(rows, weights=entries, minlength=len(matrix.indptr) - 1).astype(np.float64)
