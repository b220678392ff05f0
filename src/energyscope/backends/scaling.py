"""Coefficients outside of what a solver keeps: rows that hold them are scaled by powers of two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from energyscope.language.diagnostics import Diagnostic
from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import ConstraintBlock, Program

SMALLEST_KEPT = 1e-9
"""HiGHS drops entries of this size and less without a word."""
DROPPED = 1e-12
"""What HiGHS drops still when it is asked to keep all it can."""
LARGEST_KEPT = 1e15
"""HiGHS refuses entries above this size."""
SCALED_SMALLEST = 1e-7
"""A scaled row has no smaller entry ..."""
SCALED_LARGEST = 1e7
"""... and no larger one (spec/ampl, section 7)."""
LARGEST_SIDE = 1e15
"""A scaled side beyond this is too near to the 1e20 that solvers read as infinite."""


@dataclass(frozen=True, eq=False)
class RowScaling:
    """The factor of every row, a power of two, nearly always 1; and what there is to say about it."""

    factors: Values
    diagnostics: tuple[Diagnostic, ...]


def scale_rows(program: Program) -> RowScaling:
    """Factors that bring entries too small or too large for a solver into its range, where that is possible."""
    factors = np.ones(program.n_rows)
    for block in program.constraints.values():
        size = np.abs(block.matrix.data)
        outside = (size <= SMALLEST_KEPT) | (size > LARGEST_KEPT)
        if outside.any():
            factors[block.rows] = _block_factors(block, size, outside)
    return RowScaling(factors, _warned(program, program, factors))


def coefficient_warnings(program: Program, solved: Program | None = None) -> tuple[Diagnostic, ...]:
    """The warnings `small-coefficient` and `large-coefficient` about a program.

    `solved` is the same program with columns in other units, if that is what the solver gets.
    """
    given = program if solved is None else solved
    return _warned(program, given, scale_rows(given).factors)


def _warned(program: Program, solved: Program, factors: Values) -> tuple[Diagnostic, ...]:
    diagnostics: list[Diagnostic] = []
    for block, given in zip(program.constraints.values(), solved.constraints.values(), strict=True):
        size = np.abs(block.matrix.data)
        small, large = size <= SMALLEST_KEPT, size > LARGEST_KEPT
        if small.any() or large.any():
            scaled = np.abs(given.matrix.data) * np.repeat(factors[given.rows], np.diff(given.matrix.indptr))
            diagnostics += _warnings(block.name, size, small, large, int(np.count_nonzero(scaled <= DROPPED)))
    return tuple(diagnostics)


def _block_factors(block: ConstraintBlock, size: Values, outside: NDArray[np.bool_]) -> Values:
    """Factor of every row of a block: 1 for the rows that have no entry outside of the range, or cannot be helped."""
    counts = np.diff(block.matrix.indptr)
    filled = np.flatnonzero(counts)
    starts = block.matrix.indptr[filled]
    smallest = np.minimum.reduceat(size, starts)
    largest = np.maximum.reduceat(size, starts)
    affected = np.logical_or.reduceat(outside, starts)
    exponent = np.where(
        largest > LARGEST_KEPT,
        np.floor(np.log2(SCALED_LARGEST / largest)),
        np.ceil(np.log2(SCALED_SMALLEST / smallest)),
    )
    side = np.maximum(_size_of_side(block.lower), _size_of_side(block.upper))[filled]
    with np.errstate(over="ignore", under="ignore"):
        factor = np.exp2(exponent)
        fits = (smallest * factor >= SCALED_SMALLEST) & (largest * factor <= SCALED_LARGEST)
        fits &= (side * factor <= LARGEST_SIDE) | (exponent < 0)
    factors = np.ones(len(counts))
    factors[filled[affected & fits]] = factor[affected & fits]
    return factors


def _size_of_side(side: Values) -> Values:
    return np.where(np.isfinite(side), np.abs(side), 0.0)


def _warnings(
    name: str, size: Values, small: NDArray[np.bool_], large: NDArray[np.bool_], dropped: int
) -> list[Diagnostic]:
    found = []
    if small.any():
        fate = f"the solver drops {dropped} of them" if dropped else "they are scaled for the solver"
        message = (
            f"`{name}` has {np.count_nonzero(small)} coefficients of size {SMALLEST_KEPT:g} or less, "
            f"the largest {size[small].max():.3g}; {fate}"
        )
        found.append(
            Diagnostic("small-coefficient", "warning", None, message, "measure these quantities in larger units")
        )
    if large.any():
        message = (
            f"`{name}` has {np.count_nonzero(large)} coefficients above {LARGEST_KEPT:g}, "
            f"the largest {size[large].max():.3g}"
        )
        found.append(
            Diagnostic("large-coefficient", "warning", None, message, "leave out a bound instead of a huge number")
        )
    return found
