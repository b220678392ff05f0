"""Rows that are not there, columns that nothing uses, and coefficients far apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from energyscope.modeldata.symbols import Symbols
from energyscope.program.blocks import ConstraintBlock, Program
from energyscope.translate.advice.findings import Finding

if TYPE_CHECKING:
    from energyscope.language.modeltext import ModelText

WIDE_RANGE = 1e9
"""Solvers work to some 1e-9 relative: beyond it the small coefficients drown in the rounding of the large ones."""


def without_rows(text: ModelText, program: Program) -> Iterator[Finding]:
    """Constraints that hold nothing."""
    for name, block in program.constraints.items():
        if len(block.index) or name not in text.constraints:
            continue
        if block.constant_rows:
            reason = f"none of its {block.constant_rows:,} rows holds a variable" if block.constant_rows > 1 else ""
            reason = reason or "it holds no variable"
            help = "its coefficients are 0 here: is that meant?"
        else:
            reason, help = "its index set is empty, or its condition holds nowhere", "look at the sets in its indexing"
        message = f"constraint `{name}` gives no row: {reason}"
        yield Finding("no-rows", name, text.constraints[name].name_span, message, help)


def idle_columns(text: ModelText, program: Program) -> Iterator[Finding]:
    """Variables in no constraint and not in the objective, as a whole or in part."""
    for name, block in program.variables.items():
        idle = np.flatnonzero(~program.used[block.columns])
        declaration = text.variables.get(name)
        if not len(idle) or declaration is None:
            continue
        if len(idle) == len(block.index):
            message = f"variable `{name}` appears in no constraint and not in the objective"
        else:
            codes = [int(column[idle[0]]) for column in block.index.columns]
            said = program.symbols.describe(name, codes)
            message = f"{len(idle):,} of {len(block.index):,} `{name}` appear in no constraint and not in the objective"
            message += f", as `{said}`"
        help = "nothing decides their values: declare the variable over fewer members, or add what it is for"
        yield Finding("unused-variable", name, declaration.name_span, message, help)


@dataclass(frozen=True)
class _Extreme:
    """A coefficient by its size, and where it stands."""

    size: float
    block: ConstraintBlock
    entry: int

    def said(self, program: Program) -> str:
        """`1e-7 (in c[i], of x[j])`."""
        matrix = self.block.entries
        row = int(np.searchsorted(matrix.indptr, self.entry, side="right")) - 1
        constraint = _row_name(program.symbols, self.block, row)
        column = program.column_label(int(matrix.indices[self.entry]))
        return f"{self.size:.3g} (`{column}` in `{constraint}`)"


def _row_name(symbols: Symbols, block: ConstraintBlock, row: int) -> str:
    return symbols.describe(block.name, [int(column[row]) for column in block.index.columns])


def wide_range(text: ModelText, program: Program) -> Iterator[Finding]:
    """The smallest and the largest coefficient where they are far apart."""
    sizes = [(block, np.abs(block.entries.data)) for block in program.constraints.values() if len(block.entries.data)]
    if not sizes:
        return
    least = min((_Extreme(float(size.min()), block, int(size.argmin())) for block, size in sizes), key=_size)
    most = max((_Extreme(float(size.max()), block, int(size.argmax())) for block, size in sizes), key=_size)
    place = text.constraints.get(most.block.name)
    if place is not None and most.size > WIDE_RANGE * least.size:
        message = f"coefficients are from {least.said(program)} to {most.said(program)}"
        help = "choose units that bring them closer together, and a large number no larger than what it must exceed"
        yield Finding("coefficient-range", most.block.name, place.name_span, message, help)


def _size(extreme: _Extreme) -> float:
    return extreme.size
