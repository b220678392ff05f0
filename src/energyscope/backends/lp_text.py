"""The text of a CPLEX LP file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from energyscope.backends.export_names import CONSTANT, LP, UPPER, Spelling
from energyscope.backends.export_numbers import lines, number_word, number_words, pieces
from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import ConstraintBlock, Program, VariableBlock
from energyscope.program.labels import Labels

if TYPE_CHECKING:
    import scipy.sparse as sp

INFINITE_SIDE = ">= -1e30"
"""The side of a row that has none: beyond what readers take as infinite."""


def lp_pieces(program: Program) -> Iterator[str]:
    """The file, piece by piece."""
    spelling = Spelling(LP)
    rows, columns = spelling.rows(program), spelling.columns(program)
    objective = spelling.objective(program)
    yield from spelling.comments()
    maximise = program.objective is not None and program.objective.sense == "maximize"
    yield f"{'Maximize' if maximise else 'Minimize'}\n{objective}:\n{_objective(program, columns)}Subject To\n"
    for block in program.constraints.values():
        yield from _rows(block, rows[block.rows], columns)
    yield "Bounds\n"
    if program.objective is not None and program.objective.constant:
        yield f" {CONSTANT} = 1\n"
    for variable in program.variables.values():
        yield _bounds(variable, program.used[variable.columns], columns[variable.columns])
    integers = [
        columns[block.columns][program.used[block.columns]] for block in program.variables.values() if block.integer
    ]
    if any(map(len, integers)):
        yield "General\n" + lines(" " + np.concatenate(integers))
    yield "End\n"


def _objective(program: Program, columns: Labels) -> str:
    objective = program.objective
    if objective is None:
        return lines(" 0 " + columns[np.flatnonzero(program.used)[:1]])
    text = lines(_terms(objective.coefficients) + columns[objective.columns])
    sign = " " if objective.constant < 0 else " +"
    return f"{text}{sign}{number_word(objective.constant)} {CONSTANT}\n" if objective.constant else text


def _terms(coefficients: Values) -> Labels:
    """Signed coefficients with a blank on either side."""
    return np.where(coefficients < 0, " ", " +").astype(object) + number_words(coefficients) + " "


def _rows(block: ConstraintBlock, names: Labels, columns: Labels) -> Iterator[str]:
    """The rows of a block, the lower sides of double inequalities first."""
    above, below = np.isfinite(block.lower), np.isfinite(block.upper)
    equal = block.lower == block.upper
    relation = np.where(equal, "= ", np.where(above, ">= ", "<= ")).astype(object)
    ends = relation + number_words(np.where(above, block.lower, block.upper))
    ends[~above & ~below] = INFINITE_SIDE
    yield from _stretches(block.matrix, names, ends, columns)
    double = np.flatnonzero(above & below & ~equal)
    if len(double):
        upper = "<= " + number_words(block.upper[double])
        yield from _stretches(block.matrix[double], names[double] + UPPER, upper, columns)


def _stretches(matrix: sp.csr_array, names: Labels, ends: Labels, columns: Labels) -> Iterator[str]:
    """Rows as text, a term a line; a row without terms shows the first column with coefficient 0."""
    for piece in pieces(matrix.indptr):
        starts = matrix.indptr[piece.start : piece.stop + 1]
        entries = slice(starts[0], starts[-1])
        words = _terms(matrix.data[entries]) + columns[matrix.indices[entries]]
        filled = np.diff(starts) > 0
        heads, tails = (starts[:-1] - starts[0])[filled], (starts[1:] - starts[0] - 1)[filled]
        words[heads] = names[piece][filled] + ":\n" + words[heads]
        words[tails] = words[tails] + "\n " + ends[piece][filled]
        empty = names[piece][~filled] + f": 0 {columns[0] if len(columns) else CONSTANT} " + ends[piece][~filled]
        yield lines(words) + lines(empty)


def _bounds(block: VariableBlock, used: NDArray[np.bool_], names: Labels) -> str:
    """Bounds other than 0 and infinity."""
    lower, upper = block.lower, block.upper
    fixed = used & (lower == upper)
    free = used & np.isneginf(lower) & np.isposinf(upper)
    rest = used & ~fixed & ~free
    limited = rest & np.isfinite(upper)
    raised = rest & ~limited & (lower != 0)
    return (
        lines(" " + names[fixed] + " = " + number_words(lower[fixed]))
        + lines(" " + names[free] + " free")
        + lines(" " + number_words(lower[limited]) + " <= " + names[limited] + " <= " + number_words(upper[limited]))
        + lines(" " + names[raised] + " >= " + number_words(lower[raised]))
    )
