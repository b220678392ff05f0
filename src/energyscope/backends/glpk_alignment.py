"""GLPK's matrix beside a Program: rows and columns are found by the names that GLPK gives them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from energyscope.backends.base import backend_error
from energyscope.backends.glpk_reading import GlpkMatrix
from energyscope.backends.mathprog import MathProg
from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Member, Symbols, Values
from energyscope.program.blocks import ConstraintBlock, Objective, Program, VariableBlock
from energyscope.program.labels import Labels, as_objects

if TYPE_CHECKING:
    import scipy.sparse as sp

LONGEST_NAME = 255
"""Characters of a name that GLPK keeps."""
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_+\-.]*\Z")

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Alignment:
    """GLPK's matrix in the blocks of a program it shares its names with.

    `program` has the rows and columns of that program and GLPK's numbers. `kept_rows` are the places in GLPK of those
    of its rows that are not the objective. `rows[k]` and `columns[k]` are the places
    there of GLPK's k-th (-1: it has none). `only_glpk` and `only_program` name what the other does not have;
    `constant_rows` counts GLPK's rows without entries by constraint.
    """

    program: Program
    kept_rows: Places
    rows: Places
    columns: Places
    only_glpk: tuple[str, ...]
    only_program: tuple[str, ...]
    constant_rows: dict[str, int]


def align(source: MathProg, found: GlpkMatrix, program: Program) -> Alignment:
    """Find every row and column of GLPK's in a program."""
    names = _names_in_model(source, found.rows)
    rows = _places(_labels(program, program.constraints.values()), names)
    columns = _places(_labels(program, program.variables.values()), found.columns)
    entries = np.diff(found.matrix.indptr)
    unknown_rows, unknown_columns = rows < 0, columns < 0
    stray = unknown_rows & ((entries > 0) | ~_holds_at_zero(found))
    constant = Counter(name.partition("[")[0] for name in names[unknown_rows & ~stray])
    missing_rows = np.setdiff1d(np.arange(program.n_rows), rows)
    missing_columns = np.setdiff1d(np.flatnonzero(program.used), columns)
    missing = [program.row_label(row) for row in missing_rows] + [
        program.column_label(each) for each in missing_columns
    ]
    return Alignment(
        program=_in_blocks(program, found, rows, columns),
        kept_rows=found.kept_rows,
        rows=rows,
        columns=columns,
        only_glpk=(*names[stray], *found.columns[unknown_columns & _used(found)]),
        only_program=tuple(missing),
        constant_rows=dict(constant),
    )


def _names_in_model(source: MathProg, rows: Labels) -> Labels:
    """GLPK's row names, with a constraint's own name where the text had to give it another."""
    changed = {there: here for there, here in source.constraints.items() if here != (there, 0)}
    if not changed:
        return rows
    return as_objects(_renamed(name, changed) for name in rows)


def _renamed(name: str, changed: dict[str, tuple[str, int]]) -> str:
    base, _, subscripts = name.partition("[")
    if base not in changed:
        return name
    own, dropped = changed[base]
    return own if dropped or not subscripts else f"{own}[{subscripts}"


def _labels(program: Program, blocks: Iterable[VariableBlock] | Iterable[ConstraintBlock]) -> Labels:
    parts: list[Labels] = [np.empty(0, dtype=object)]
    parts.extend(_block_labels(program.symbols, block.name, block.index) for block in blocks)
    labels = np.concatenate(parts)
    long = next((label for label in labels if len(label) > LONGEST_NAME), None)
    if long is not None:
        message = f"the name `{long[:60]}…` is longer than the {LONGEST_NAME} characters that GLPK keeps"
        raise backend_error("glpk", message, "shorten the members of its sets")
    return labels


def _block_labels(symbols: Symbols, name: str, index: Index) -> Labels:
    """`name[i,j]` as GLPK spells it."""
    if not index.columns:
        return np.full(len(index), name, dtype=object)
    labels = np.full(len(index), f"{name}[", dtype=object)
    for place, codes in enumerate(index.columns):
        distinct, inverse = np.unique(codes, return_inverse=True)
        tail = "]" if place == index.dimension - 1 else ","
        labels = labels + as_objects(glpk_word(symbols.member(int(code))) + tail for code in distinct)[inverse]
    return labels


def glpk_word(member: Member) -> str:
    """A member as it stands in GLPK's names: numbers with 15 digits, texts bare when they look like a name."""
    if not isinstance(member, str):
        return f"{member:.15g}"
    return member if _BARE.match(member) else "'" + member.replace("'", "''") + "'"


def _places(known: Labels, wanted: Labels) -> Places:
    import pandas as pd

    index = pd.Index(known)
    if not index.is_unique:
        twin = index[index.duplicated()][0]
        raise backend_error("glpk", f"GLPK cannot tell two members called `{twin}` apart", "rename one of them")
    return np.asarray(index.get_indexer(pd.Index(wanted)), dtype=np.int64)


def _holds_at_zero(found: GlpkMatrix) -> NDArray[np.bool_]:
    """Rows that are true when nothing is left in them."""
    slack = 1e-9 * (1 + np.minimum(np.abs(found.row_lower), np.abs(found.row_upper)))
    return (found.row_lower <= slack) & (found.row_upper >= -slack)


def _used(found: GlpkMatrix) -> NDArray[np.bool_]:
    used: NDArray[np.bool_] = found.costs != 0
    used[found.matrix.indices] = True
    return used


def _in_blocks(program: Program, found: GlpkMatrix, rows: Places, columns: Places) -> Program:
    """GLPK's numbers in the blocks of the program; what it does not have is empty and free."""
    import scipy.sparse as sp

    entries = found.matrix.tocoo()
    row, column = rows[entries.row], columns[entries.col]
    kept = (row >= 0) & (column >= 0)
    shape = (program.n_rows, program.n_columns)
    matrix = sp.csr_array(sp.coo_array((entries.data[kept], (row[kept], column[kept])), shape=shape))
    matrix.sort_indices()
    lower, upper = _spread(rows, program.n_rows, found.row_lower, found.row_upper)
    low, high = _spread(columns, program.n_columns, found.column_lower, found.column_upper)
    integer = np.zeros(program.n_columns, dtype=bool)
    integer[columns[columns >= 0]] = found.integer[columns >= 0]
    return replace(
        program,
        variables={name: _variable(block, low, high, integer) for name, block in program.variables.items()},
        constraints={name: _constraint(block, matrix, lower, upper) for name, block in program.constraints.items()},
        objective=_objective(program, found, columns),
        passes=(),
    )


def _spread(places: Places, length: int, lower: Values, upper: Values) -> tuple[Values, Values]:
    below, above = np.full(length, -np.inf), np.full(length, np.inf)
    known = places >= 0
    below[places[known]], above[places[known]] = lower[known], upper[known]
    return below, above


def _variable(block: VariableBlock, lower: Values, upper: Values, integer: NDArray[np.bool_]) -> VariableBlock:
    place = block.columns
    return replace(block, lower=lower[place], upper=upper[place], integer=bool(integer[place].any()))


def _constraint(block: ConstraintBlock, matrix: sp.csr_array, lower: Values, upper: Values) -> ConstraintBlock:
    import scipy.sparse as sp

    place = block.rows
    return replace(block, matrix=sp.csr_array(matrix[place]), lower=lower[place], upper=upper[place])


def _objective(program: Program, found: GlpkMatrix, columns: Places) -> Objective | None:
    if program.objective is None:
        return None
    priced = np.flatnonzero((found.costs != 0) & (columns >= 0))
    return replace(
        program.objective,
        columns=columns[priced].astype(np.int32),
        coefficients=found.costs[priced],
        constant=found.constant,
    )
