"""From the rows and columns of one program to those of another, by name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from energyscope.backends.policy import nearest_to_zero
from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Codes, Symbols, Values
from energyscope.program.blocks import ConstraintBlock, Program, VariableBlock

Places = NDArray[np.int64]
Blocks = dict[str, VariableBlock] | dict[str, ConstraintBlock]


@dataclass(frozen=True, eq=False)
class Transfer:
    """For every row and column of `target` its place in `source`, -1 where that has none."""

    source: Program
    target: Program
    rows: Places
    columns: Places


def transfer(source: Program, target: Program) -> Transfer:
    """Find the rows and columns of one program in another; blocks by name, members by what they are."""
    codes = _Codes(source.symbols, target.symbols)
    rows = _places(codes, source.constraints, target.constraints)
    return Transfer(source, target, rows, _places(codes, source.variables, target.variables))


def carried(link: Transfer, primal: Values) -> tuple[Values, Places]:
    """An answer to the source in the columns of the target, and the used columns for which it has no value."""
    values = np.zeros(link.target.n_columns)
    known = link.columns >= 0
    values[known] = primal[link.columns[known]]
    return nearest_to_zero(link.target, values), np.flatnonzero(~known & link.target.used)


class _Codes:
    """Codes of the target's symbols as those of the source, each member looked up once."""

    def __init__(self, source: Symbols, target: Symbols) -> None:
        self._source = source
        self._target = target

    def translated(self, codes: Codes) -> Codes:
        if self._source is self._target:
            return codes
        distinct, inverse = np.unique(codes, return_inverse=True)
        found = [self._source.find(self._target.member(int(code))) for code in distinct]
        return np.array(found, dtype=np.int32)[inverse]


def _places(codes: _Codes, source: Blocks, target: Blocks) -> Places:
    parts = [np.zeros(0, dtype=np.int64)]
    for name, block in target.items():
        twin = source.get(name)
        if twin is None or twin.index.dimension != block.index.dimension:
            parts.append(np.full(len(block.index), -1, dtype=np.int64))
        else:
            found = _positions(codes, twin.index, block.index)
            parts.append(np.where(found >= 0, found + twin.first, -1))
    return np.concatenate(parts)


def _positions(codes: _Codes, source: Index, target: Index) -> Places:
    if not target.columns:
        return np.full(len(target), 0 if len(source) else -1, dtype=np.int64)
    columns = [codes.translated(column) for column in target.columns]
    unknown = np.logical_or.reduce([column < 0 for column in columns])
    found = source.positions([np.maximum(column, 0) for column in columns])
    return np.where(unknown, -1, found)
