"""The text of a free MPS file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from energyscope.backends.export_names import CONSTANT, ESCAPE, MPS, Spelling
from energyscope.backends.export_numbers import lines, number_word, number_words, pieces
from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import Program, VariableBlock
from energyscope.program.labels import Labels

if TYPE_CHECKING:
    import scipy.sparse as sp

FREE_ROW = "N"


def mps_pieces(program: Program) -> Iterator[str]:
    """The file, piece by piece."""
    spelling = Spelling(MPS)
    rows, columns = spelling.rows(program), spelling.columns(program)
    objective = spelling.objective(program)
    yield from spelling.comments()
    yield "NAME model\n"
    if program.objective is not None and program.objective.sense == "maximize":
        yield "OBJSENSE\n    MAX\n"
    sides = program.row_sides
    yield f"ROWS\n N {objective}\n" + lines(" " + _row_types(*sides) + " " + rows)
    yield "COLUMNS\n"
    yield from _columns(program, columns, np.concatenate([[objective], rows]))
    constant = 0.0 if program.objective is None else program.objective.constant
    if constant:
        yield f" {CONSTANT} {objective} {number_word(constant)}\n"
    yield "RHS\n" + _right_sides(rows, *sides)
    yield _ranges(rows, *sides)
    yield "BOUNDS\n"
    if constant:
        yield f" FX {ESCAPE}bound {CONSTANT} 1\n"
    for block in program.variables.values():
        yield _bounds(block, program.used[block.columns], columns[block.columns])
    yield "ENDATA\n"


def _row_types(lower: Values, upper: Values) -> Labels:
    kinds = np.where(np.isfinite(lower), "G", np.where(np.isfinite(upper), "L", FREE_ROW))
    return np.where(lower == upper, "E", kinds).astype(object)


def _columns(program: Program, columns: Labels, rows: Labels) -> Iterator[str]:
    """The entries column by column, the objective's among them, with marks around stretches of integers."""
    matrix = _with_objective(program)
    integer = False
    for number, block in enumerate(program.variables.values()):
        if block.integer != integer:
            integer = block.integer
            yield _marker(f"marker{number}", integer)
        used = block.first + np.flatnonzero(program.used[block.columns])
        part = matrix[:, used].tocsc()
        for piece in pieces(part.indptr):
            entries = slice(part.indptr[piece.start], part.indptr[piece.stop])
            names = np.repeat(columns[used[piece]], np.diff(part.indptr[piece.start : piece.stop + 1]))
            yield lines(" " + names + " " + rows[part.indices[entries]] + " " + number_words(part.data[entries]))
    if integer:
        yield _marker("end", False)


def _marker(name: str, begins: bool) -> str:
    return f" {ESCAPE}{name} 'MARKER' '{'INTORG' if begins else 'INTEND'}'\n"


def _with_objective(program: Program) -> sp.csc_array:
    """The matrix with the objective as its first row; used columns without any entry get a zero there."""
    import scipy.sparse as sp

    cost = np.zeros(program.n_columns)
    columns = np.empty(0, dtype=np.int32)
    if program.objective is not None:
        np.add.at(cost, program.objective.columns, program.objective.coefficients)
        columns = np.unique(program.objective.columns)
    first = sp.csr_array((cost[columns], columns, np.array([0, len(columns)])), shape=(1, program.n_columns))
    return sp.csc_array(sp.vstack([first, program.matrix], format="csc"))


def _right_sides(rows: Labels, lower: Values, upper: Values) -> str:
    side = np.where(np.isfinite(lower), lower, upper)
    told = np.flatnonzero(np.isfinite(side) & (side != 0))
    return lines(f" {ESCAPE}rhs " + rows[told] + " " + number_words(side[told]))


def _ranges(rows: Labels, lower: Values, upper: Values) -> str:
    """The widths of double inequalities, which stand as `G` rows."""
    double = np.flatnonzero(np.isfinite(lower) & np.isfinite(upper) & (lower != upper))
    if not len(double):
        return ""
    return "RANGES\n" + lines(f" {ESCAPE}range " + rows[double] + " " + number_words(upper[double] - lower[double]))


def _bounds(block: VariableBlock, used: NDArray[np.bool_], names: Labels) -> str:
    """Bounds other than 0 and infinity; those of integers always, since readers differ in what they assume."""
    lower, upper = block.lower, block.upper
    fixed = used & (lower == upper)
    free = used & np.isneginf(lower) & np.isposinf(upper)
    rest = used & ~fixed & ~free
    named = rest & (block.integer | (lower != 0) | (upper < 0))
    return (
        _bound("FX", names, lower, fixed)
        + _bound("FR", names, None, free)
        + _bound("MI", names, None, rest & np.isneginf(lower))
        + _bound("LO", names, lower, named & np.isfinite(lower))
        + _bound("UP", names, upper, rest & np.isfinite(upper))
        + _bound("PL", names, None, rest & np.isposinf(upper) & block.integer)
    )


def _bound(kind: str, names: Labels, values: Values | None, where: NDArray[np.bool_]) -> str:
    heads = f" {kind} {ESCAPE}bound " + names[where]
    return lines(heads if values is None else heads + " " + number_words(values[where]))
